/// A moment of the day as Live Link Face writes it: `HH:MM:SS:FF.mmm`, frames of a sixtieth of a second and thousandths of one.
package struct LiveLinkTimecode: Equatable, Sendable {
  /// What the app counts by default, and what Gurn always counts.
  package static let framesPerSecond = 60

  /// Hours, minutes, seconds.
  package var hours, minutes, seconds: Int
  /// Frames since the second began, with their fraction.
  package var frames: Double

  /// The moment that lies so many seconds after midnight; more than a day starts over.
  package init(secondsOfDay: Double) {
    let ticksPerSecond = Self.framesPerSecond * 1000
    let ticks = Int((secondsOfDay * Double(ticksPerSecond)).rounded()) % (86_400 * ticksPerSecond)
    let second = ticks / ticksPerSecond
    (hours, minutes, seconds) = (second / 3600, second / 60 % 60, second % 60)
    frames = Double(ticks % ticksPerSecond) / 1000
  }

  /// nil for what is no timecode. Thousandths may be left out.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 4, let hours = Int(parts[0]), let minutes = Int(parts[1]), let seconds = Int(parts[2]),
      let frames = Double(parts[3]), (0..<24).contains(hours), (0..<60).contains(minutes), (0..<60).contains(seconds),
      frames >= 0, frames < 1000
    else { return nil }
    (self.hours, self.minutes, self.seconds, self.frames) = (hours, minutes, seconds, frames)
  }

  /// Whole seconds after midnight.
  package var secondOfDay: Int { hours * 3600 + minutes * 60 + seconds }

  /// The timecode's text.
  package var text: String {
    let ticks = Int((frames * 1000).rounded())
    return [hours, minutes, seconds, ticks / 1000].map { Self.padded($0, 2) }.joined(separator: ":") + "."
      + Self.padded(ticks % 1000, 3)
  }

  private static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
