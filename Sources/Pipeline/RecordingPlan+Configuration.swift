import Foundation
import Recording
import Settings

extension RecordingPlan {
  /// What the configuration asks for.
  ///
  /// - Parameter path: a folder or a file instead of the configured folder.
  package init(_ configuration: RecordingConfiguration, path: String? = nil) {
    var outputs: Set<RecordedOutput> = []
    if configuration.raw { outputs.insert(.raw) }
    if configuration.filtered { outputs.insert(.filtered) }
    if configuration.mapped { outputs.insert(.mapped) }
    self.init(
      base: Self.base(for: path ?? configuration.directory ?? Self.usualFolder), hasVideo: configuration.video,
      outputs: outputs, partSeconds: configuration.partMinutes > 0 ? configuration.partMinutes * 60 : nil,
      partBytes: configuration.partMegabytes > 0 ? configuration.partMegabytes * 1_000_000 : nil,
      keptParts: configuration.keepParts)
  }

  /// `$XDG_DATA_HOME/gurn/recordings`, by default below `~/.local/share`.
  private static var usualFolder: String {
    let environment = ProcessInfo.processInfo.environment
    let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    return (data ?? NSHomeDirectory() + "/.local/share") + "/gurn/recordings"
  }
}
