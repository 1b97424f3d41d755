import Foundation

/// One of the curves that can be recorded beside the pictures.
package enum RecordedOutput: String, CaseIterable, Sendable {
  /// Straight from the networks.
  case raw
  /// After the filters.
  case filtered
  /// What was broadcast: after filters, calibration and rig mapping.
  case mapped
}

/// What a recording holds, where it lies, and when a new part begins.
///
/// A part is `BASE.mkv` with `BASE.filtered.csv` and so on beside it; the second is `BASE-002.mkv`.
package struct RecordingPlan: Equatable, Sendable {
  /// The path of the first part without its endings.
  package var base: String
  /// Whether the pictures are recorded.
  package var hasVideo: Bool
  /// The curves; each has a CSV of its own.
  package var outputs: Set<RecordedOutput>
  /// The recording ends when it is that long, seconds; nil goes on.
  package var seconds: Double?
  /// A part ends when it is that long, seconds; nil knows no such limit.
  package var partSeconds: Double?
  /// A part ends when its pictures (its curves where there are none) take that many bytes; nil knows no such limit.
  package var partBytes: Int?
  /// How many parts are kept, the newest; 0 keeps all.
  package var keptParts: Int

  package init(
    base: String, hasVideo: Bool = true, outputs: Set<RecordedOutput> = [.filtered], seconds: Double? = nil,
    partSeconds: Double? = nil, partBytes: Int? = nil, keptParts: Int = 0
  ) {
    self.base = base
    self.hasVideo = hasVideo
    self.outputs = outputs
    self.seconds = seconds
    self.partSeconds = partSeconds
    self.partBytes = partBytes
    self.keptParts = keptParts
  }

  /// A base for `path`: a name of its own by date and time in a folder, which may yet have to be made, or a file's path
  /// without `.mkv` or `.csv`.
  package static func base(for path: String, at date: Date = Date(), timeZone: TimeZone = .current) -> String {
    for ending in [".mkv", ".csv"] where path.lowercased().hasSuffix(ending) { return String(path.dropLast(4)) }
    let calendar = Calendar.gregorian(in: timeZone)
    let part = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    let name = String(
      format: "gurn-%04d-%02d-%02dT%02d-%02d-%02d", part.year ?? 0, part.month ?? 0, part.day ?? 0, part.hour ?? 0,
      part.minute ?? 0, part.second ?? 0)
    return (path as NSString).appendingPathComponent(name)
  }

  /// The path of a part's pictures, parts counted from 1.
  package func videoPath(part: Int) -> String { partBase(part) + ".mkv" }

  /// The path of a part's curve.
  package func tablePath(_ output: RecordedOutput, part: Int) -> String { "\(partBase(part)).\(output.rawValue).csv" }

  /// Every file of a part.
  func paths(part: Int) -> [String] {
    (hasVideo ? [videoPath(part: part)] : [])
      + RecordedOutput.allCases.filter(outputs.contains).map { tablePath($0, part: part) }
  }

  private func partBase(_ part: Int) -> String { part == 1 ? base : base + String(format: "-%03d", part) }
}

extension Calendar {
  static func gregorian(in timeZone: TimeZone) -> Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    return calendar
  }
}
