import Broadcast
import SignalFilters

/// Everything that can be set, validated. The stages' own configurations, put together.
///
/// A key stands in four places, which a test holds together: the property with its default, its line in the reader
/// (`Configuration+Reading.swift`), its commented line in `Config/gurn.yaml`, and its entry in `contrib/man/gurn.yaml.5`.
package struct Configuration: Equatable, Sendable {
  /// How much is logged, by swift-log's levels.
  package enum LogLevel: String, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error, critical
  }

  package var source = SourceConfiguration()
  package var tracking = TrackingConfiguration()
  package var filters = FilterBank.Configuration()
  package var personal = PersonalSettings()
  package var targets = [Target()]
  package var oscQuery = OSCQueryConfiguration()
  package var mqtt = MQTTConfiguration()
  package var recording = RecordingConfiguration()
  package var control = ControlConfiguration()
  /// The folder with the networks, an absolute path; nil takes those that ship with Gurn.
  package var modelsDirectory: String?
  package var logLevel = LogLevel.info

  package init() {}

  /// What holds without a configuration file.
  package static let `default` = Configuration()
}
