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

  /// What the configuration asks for, under a name that someone on the network gave; nil takes date and time.
  ///
  /// - Throws: ``RecordingError/unwritable(path:reason:)`` for a name that could lead out of the configured folder.
  package init(_ configuration: RecordingConfiguration, name: String?) throws(RecordingError) {
    self.init(configuration)
    guard let name else { return }
    let isPlain = name.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || "-_".utf8.contains(byte)
    }
    guard isPlain, (1...100).contains(name.utf8.count) else {
      throw .unwritable(
        path: "“\(name.prefix(100))”",
        reason: "is no name for a recording: 1 to 100 letters, digits, - and _ are needed")
    }
    base = ((base as NSString).deletingLastPathComponent as NSString).appendingPathComponent(name)
  }

  /// `$XDG_DATA_HOME/gurn/recordings`, by default below `~/.local/share`.
  private static var usualFolder: String {
    let environment = ProcessInfo.processInfo.environment
    let data = environment["XDG_DATA_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
    let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? NSHomeDirectory()
    return (data ?? home + "/.local/share") + "/gurn/recordings"
  }
}
