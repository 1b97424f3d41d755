import FaceCore
import Foundation

/// The recorder's thread: takes what waits, writes it, and begins parts. One recording, from its beginning to its end.
struct RecordingWriter {
  private let plan: RecordingPlan
  private let source: @Sendable () -> String
  private let wallClock: @Sendable (CaptureTime) -> Date
  private var state: RecordingState
  private var video: MatroskaWriter?
  private var tables: [RecordedOutput: RowFile] = [:]
  /// The part that pictures go into, and the one that rows go into, which follows.
  private var part = 0
  private var tablePart = 0
  /// The first time of the recording, and of the pictures' part.
  private var start: CaptureTime?
  private var partStart = CaptureTime(nanoseconds: 0)
  /// Seconds after midnight at `start`.
  private var secondsOfDay = 0.0
  /// The times at which parts that have no tables yet began.
  private var boundaries: [CaptureTime] = []
  private var bytesOfEarlierParts = 0
  private var picturesAreComplete = false
  private var rowsAreComplete = false

  /// How often drops are told, seconds.
  private static let tellingPeriod = 5.0

  init(
    plan: RecordingPlan, source: @escaping @Sendable () -> String, wallClock: @escaping @Sendable (CaptureTime) -> Date
  ) {
    self.plan = plan
    self.source = source
    self.wallClock = wallClock
    state = RecordingState(path: plan.paths(part: 1).first ?? plan.base)
    picturesAreComplete = !plan.hasVideo
    rowsAreComplete = plan.outputs.isEmpty
  }

  /// Writes until the queue is closed, the recording long enough, or the disk refuses.
  mutating func run(
    _ queue: RecordingQueue, report: (RecordingState) -> Void, onEvent: (Recorder.Event) -> Void
  ) {
    var rows: [RecordedRow] = []
    rows.reserveCapacity(512)
    var flushed = ProcessInfo.processInfo.systemUptime
    var told = (time: flushed - Self.tellingPeriod, count: 0)
    var parts = 0
    do throws(RecordingError) {
      loop: while !(picturesAreComplete && rowsAreComplete) {
        switch queue.take(rows: &rows, timeoutSeconds: Recorder.flushSeconds) {
        case .picture(let picture):
          defer { queue.giveBack(picture) }
          try write(picture)
        case .rows:
          for row in rows { try write(row) }
          rows.removeAll(keepingCapacity: true)
        case .nothing: break
        case .closed: break loop
        }
        let now = ProcessInfo.processInfo.systemUptime
        guard now - flushed >= Recorder.flushSeconds else { continue }
        flushed = now
        try flushTables()
        account(queue)
        report(state)
        if state.parts > parts {
          parts = state.parts
          onEvent(.began(path: state.path))
        }
        let dropped = state.droppedFrames + state.droppedRows
        if dropped > told.count, now - told.time >= Self.tellingPeriod {
          told = (now, dropped)
          onEvent(.dropped(frames: state.droppedFrames, rows: state.droppedRows))
        }
      }
      try finish()
      state.phase = .finished
    } catch {
      state.phase = .failed(error.description)
    }
    queue.close()
    account(queue)
    (video, tables) = (nil, [:])
    report(state)
    onEvent(.ended(state))
  }

  // MARK: Pictures

  private mutating func write(_ picture: StoredPicture) throws(RecordingError) {
    guard let shape = picture.shape, !picturesAreComplete else { return }
    guard isWithin(picture.time) else {
      picturesAreComplete = true
      return
    }
    if video?.shape != shape || isPartFull(at: picture.time, bytes: video?.byteCount ?? 0) {
      try beginPart(at: picture.time, shape: shape)
    }
    try video?.append(picture, nanoseconds: picture.time.nanoseconds - partStart.nanoseconds)
    state.frames += 1
    note(picture.time)
  }

  private mutating func beginPart(at time: CaptureTime, shape: StoredPicture.Shape) throws(RecordingError) {
    try video?.finish()
    bytesOfEarlierParts += video?.byteCount ?? 0
    part += 1
    partStart = time
    boundaries.append(time)
    try refuseExisting(plan.videoPath(part: part))
    video = try MatroskaWriter(
      path: plan.videoPath(part: part), shape: shape, title: source(), start: wallClock(time))
    (state.parts, state.path) = (part, plan.videoPath(part: part))
    forgetOldParts()
  }

  // MARK: Rows

  private mutating func write(_ row: RecordedRow) throws(RecordingError) {
    guard !plan.outputs.isEmpty, !rowsAreComplete else { return }
    let time = row.raw.time
    // Pictures come before their rows: until there is one, a row belongs to a frame from before the recording.
    if plan.hasVideo, start.map({ time < $0 }) ?? true { return }
    guard isWithin(time) else {
      rowsAreComplete = true
      return
    }
    if !plan.hasVideo, tablePart == 0 || isPartFull(at: time, bytes: tables.values.map(\.byteCount).max() ?? 0) {
      part += 1
      partStart = time
      boundaries.append(time)
      (state.parts, state.path) = (part, plan.paths(part: part).first ?? plan.base)
      forgetOldParts()
    }
    while let boundary = boundaries.first, time >= boundary {
      boundaries.removeFirst()
      try beginTables()
    }
    let timecode = LiveLinkTimecode(secondsOfDay: secondsOfDay + time.seconds(since: start ?? time))
    for (output, file) in tables { file.append(LiveLinkCSV.row(row[output], at: timecode)) }
    state.rows += 1
    note(time)
  }

  private mutating func beginTables() throws(RecordingError) {
    for file in tables.values {
      try file.flush()
      bytesOfEarlierParts += file.byteCount
    }
    tablePart += 1
    tables = [:]
    for output in plan.outputs {
      let path = plan.tablePath(output, part: tablePart)
      try refuseExisting(path)
      tables[output] = try RowFile(path: path, header: LiveLinkCSV.header)
    }
  }

  // MARK: Both

  /// Whether a time lies before the recording's end; the first sets its beginning.
  private mutating func isWithin(_ time: CaptureTime) -> Bool {
    if start == nil {
      start = time
      let calendar = Calendar.gregorian(in: .current)
      let date = wallClock(time)
      secondsOfDay = date.timeIntervalSince(calendar.startOfDay(for: date))
    }
    guard let start, let seconds = plan.seconds else { return true }
    // Half a millisecond: a clip's frames may be stamped a little early.
    return time.seconds(since: start) < seconds - 0.0005
  }

  private func isPartFull(at time: CaptureTime, bytes: Int) -> Bool {
    if let limit = plan.partSeconds, time.seconds(since: partStart) >= limit - 0.0005 { return true }
    return plan.partBytes.map { bytes >= $0 } ?? false
  }

  /// Nobody's file is written over.
  private func refuseExisting(_ path: String) throws(RecordingError) {
    if access(path, F_OK) == 0 { throw .unwritable(path: path, reason: "is already there; choose another name") }
  }

  private mutating func note(_ time: CaptureTime) {
    if let start { state.seconds = max(state.seconds, time.seconds(since: start)) }
  }

  private mutating func forgetOldParts() {
    guard plan.keptParts > 0, part > plan.keptParts else { return }
    for path in plan.paths(part: part - plan.keptParts) { unlink(path) }
  }

  private mutating func account(_ queue: RecordingQueue) {
    (state.droppedFrames, state.droppedRows) = queue.dropped
    state.bytes = bytesOfEarlierParts + (video?.byteCount ?? 0) + tables.values.map(\.byteCount).reduce(0, +)
  }

  private func flushTables() throws(RecordingError) {
    for file in tables.values { try file.flush() }
  }

  private mutating func finish() throws(RecordingError) {
    try flushTables()
    try video?.finish()
  }
}
