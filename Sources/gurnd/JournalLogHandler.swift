import Foundation
import Glibc
import Logging

/// Writes each line to standard error with its priority in front, `<4>text`, as sd-daemon(3) has it; the journal adds the time.
struct JournalLogHandler: LogHandler {
  var logLevel = Logger.Level.info
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Whether standard error leads to the journal: systemd names the socket's device and inode in `JOURNAL_STREAM`.
  static func journalReads(
    _ descriptor: Int32 = STDERR_FILENO, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Bool {
    var status = stat()
    guard let stream = environment["JOURNAL_STREAM"], fstat(descriptor, &status) == 0 else { return false }
    return stream == "\(status.st_dev):\(status.st_ino)"
  }

  func log(event: LogEvent) {
    var text = "\(event.message)"
    if let metadata = event.metadata, !metadata.isEmpty {
      text += " " + metadata.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
    Self.write(text, at: event.level)
  }

  /// Writes a text at a level, every line of it with the priority.
  static func write(_ text: String, at level: Logger.Level) {
    let lines = text.split(separator: "\n").map { "<\(priority(of: level))>\($0)\n" }.joined()
    FileHandle.standardError.write(Data(lines.utf8))
  }

  /// The level as syslog(3) numbers it.
  private static func priority(of level: Logger.Level) -> Int {
    switch level {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
