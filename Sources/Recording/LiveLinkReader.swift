import FaceCore

/// Rows of Live Link Face: the app's own, and Gurn's.
struct LiveLinkReader: RowReader {
  private let lines: CSVLines
  private let weights: WeightColumns
  private let timecode: Int
  private let count: Int?
  /// Head and eyes, as ``LiveLinkCSV/rotations`` has them.
  private let rotations: [Int?]
  /// Frames a second that the timecodes count.
  private let rate: Double
  private var lastSecond = 0
  private var days = 0.0

  /// - Throws: ``RecordingError/unreadable(path:line:reason:)`` where a column is missing or a timecode is none.
  init(_ lines: CSVLines) throws(RecordingError) {
    self.lines = lines
    weights = try WeightColumns(lines)
    timecode = lines.column("Timecode") ?? 0
    count = lines.column("BlendShapeCount")
    rotations = LiveLinkCSV.rotations.map(lines.column)
    let column = timecode
    rate = Self.rate(of: lines.rows.compactMap { $0.fields.count > column ? LiveLinkTimecode($0.fields[column]) : nil })
  }

  mutating func observation(_ row: CSVLines.Row) throws(RecordingError) -> FaceObservation {
    guard row.fields.count > timecode, let moment = LiveLinkTimecode(row.fields[timecode]) else {
      let text = row.fields.count > timecode ? row.fields[timecode] : ""
      throw .unreadable(
        path: lines.path, line: row.line, reason: "Timecode is “\(text)”; HH:MM:SS:FF.mmm is needed")
    }
    // Past midnight the day's time starts over.
    if moment.secondOfDay < lastSecond - 43_200 { days += 1 }
    lastSecond = moment.secondOfDay
    let seconds = days * 86_400 + Double(moment.secondOfDay) + moment.frames / rate
    var face = FaceObservation.absent(at: CaptureTime(seconds: seconds))
    // The app writes such rows short where it sees no face.
    if let count, row.fields.count > count, row.fields[count] == "0" { return face }
    try checkWidth(row, of: lines)
    face.isPresent = true
    face.confidence = 1
    face.weights = try weights.read(row, of: lines)
    let angles = try rotations.map { column throws(RecordingError) in
      try column.map { column throws(RecordingError) in Float(try lines.number(row, column)) }
    }
    if let yaw = angles[0], let pitch = angles[1], let roll = angles[2] {
      face.pose.rotation = Quaternion(yaw: yaw, pitch: pitch, roll: roll)
    }
    face.gaze = Gaze(eyeLook: face.weights)
    if let leftYaw = angles[3], let leftPitch = angles[4], let rightYaw = angles[6], let rightPitch = angles[7] {
      face.gaze = Gaze(leftYaw: leftYaw, leftPitch: leftPitch, rightYaw: rightYaw, rightPitch: rightPitch)
    }
    return face
  }

  /// The rate that the frame counts belong to, which the file doesn't state: where a second turns, the step across it is as
  /// long as the steps beside it. Without a turn, the app's default.
  static func rate(of timecodes: [LiveLinkTimecode]) -> Double {
    let steps = zip(timecodes, timecodes.dropFirst()).map { ($0, $1) }
    let inside = steps.filter { $0.secondOfDay == $1.secondOfDay }.map { $1.frames - $0.frames }.sorted()
    let across = steps.filter { ($0.secondOfDay + 1) % 86_400 == $1.secondOfDay }
    let highest = timecodes.map(\.frames).max() ?? 0
    let candidates = [24.0, 25, 30, 48, 50, 60, 120].filter { $0 > highest.rounded(.down) }
    guard !inside.isEmpty, !across.isEmpty, !candidates.isEmpty else {
      return max(Double(LiveLinkTimecode.framesPerSecond), highest.rounded(.up))
    }
    let step = inside[inside.count / 2]
    let guesses = across.map { $0.frames + step - $1.frames }.sorted()
    let guess = guesses[guesses.count / 2]
    return candidates.min { abs($0 - guess) < abs($1 - guess) } ?? candidates[0]
  }
}
