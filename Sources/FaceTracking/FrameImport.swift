import Foundation

/// Whether frames can be read from a camera's buffers without a copy.
package enum FrameImport: Equatable, Sendable, CustomStringConvertible {
  /// As far as is known.
  case possible
  /// It isn't known yet what will run the networks.
  case undecided
  /// They are copied, and why.
  case refused(String)

  /// The variable that asks for copies, by its value `copy`.
  package static let variable = "GURN_FRAMES"

  /// As `gurn probe` says it.
  package var description: String {
    switch self {
    case .possible: "can be read in the camera's buffers, by dma-buf"
    case .undecided: "copied so far"
    case .refused(let reason): "copied, for \(reason)"
    }
  }

  /// What the environment asks for, nil for nothing.
  static func asked(_ environment: [String: String] = ProcessInfo.processInfo.environment) -> FrameImport? {
    environment[variable] == "copy" ? .refused("\(variable)=copy asks for it") : nil
  }
}
