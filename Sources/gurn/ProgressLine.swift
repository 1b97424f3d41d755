import Foundation

/// A progress bar on standard error, redrawn at most ten times a second; plain lines are left out when it is no terminal.
struct ProgressLine {
  private let total: Int
  private let unit: String
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var drawn: ContinuousClock.Instant
  private var done = 0
  private let isTerminal = isatty(STDERR_FILENO) == 1

  init(total: Int, unit: String) {
    self.total = total
    self.unit = unit
    start = clock.now
    drawn = start
  }

  /// One more is done.
  mutating func advance() {
    done += 1
    guard isTerminal, clock.now - drawn > .milliseconds(100) else { return }
    drawn = clock.now
    let filled = min(30, done * 30 / total)
    let bar = String(repeating: "█", count: filled) + String(repeating: "·", count: 30 - filled)
    write("\r\(bar) \(done)/\(total) \(unit), \(rate)/s ")
  }

  /// Ends the line with the rate.
  func finish() {
    write("\(isTerminal ? "\r\u{1B}[K" : "")\(done) \(unit) in \(elapsed) s, \(rate)/s\n")
  }

  private var seconds: Double { (clock.now - start) / .seconds(1) }
  private var elapsed: String { String(format: "%.1f", seconds) }
  private var rate: String { String(format: "%.1f", Double(done) / max(seconds, 1e-6)) }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
