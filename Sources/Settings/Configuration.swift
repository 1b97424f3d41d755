import Broadcast
import SignalFilters

/// Everything that can be set, validated. The stages' own configurations, put together.
///
/// Adding a key takes three places, which a test holds together: the property with its default, its line in the
/// reader (`Configuration+Reading.swift`), and its commented line in `Config/gurn.yaml`.
package struct Configuration: Equatable, Sendable {
  /// How much is logged, by swift-log's levels.
  package enum LogLevel: String, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error, critical
  }

  package var source = SourceConfiguration()
  package var tracking = TrackingConfiguration()
  package var filters = FilterBank.Configuration()
  package var targets = [Target()]
  /// The folder with the networks, an absolute path; nil searches the usual places.
  package var modelsDirectory: String?
  package var logLevel = LogLevel.info

  package init() {}

  /// What holds without a configuration file.
  package static let `default` = Configuration()
}
