import FaceCore
import Foundation
import Synchronization

/// Writes pictures and curves to the disk on a thread of its own, until it is stopped, long enough, or the disk refuses.
///
/// Whoever offers never waits. After `kill -9` what is on the disk plays; curves lack at most the last ``flushSeconds``.
package final class Recorder: Sendable {
  /// What happened, for the log. Called on the recorder's thread.
  package enum Event: Sendable {
    /// A part was begun: its file.
    case began(path: String)
    /// The disk is too slow: so many pictures and rows were dropped so far. Told again after some seconds at the earliest.
    case dropped(frames: Int, rows: Int)
    /// It is over, by whatever cause.
    case ended(RecordingState)
  }

  /// How long rows may wait for their way to the disk, seconds.
  static let flushSeconds = 0.25

  private let queue: RecordingQueue
  private let shared: Mutex<RecordingState>
  private let done = NSCondition()
  private let isDone = Mutex(false)

  /// Checks that the recording can be written and begins it.
  ///
  /// - Parameters:
  ///   - source: for people: the camera's name; asked when a part begins.
  ///   - wallClock: the moment of a capture time.
  /// - Throws: ``RecordingError/unwritable(path:reason:)`` where the folder can't be made or a file of that name is there.
  package convenience init(
    plan: RecordingPlan, source: @escaping @Sendable () -> String,
    wallClock: @escaping @Sendable (CaptureTime) -> Date = Recorder.wallClock,
    onEvent: @escaping @Sendable (Event) -> Void = { _ in }
  ) throws(RecordingError) {
    try self.init(plan: plan, source: source, queue: RecordingQueue(), wallClock: wallClock, onEvent: onEvent)
  }

  init(
    plan: RecordingPlan, source: @escaping @Sendable () -> String, queue: RecordingQueue,
    wallClock: @escaping @Sendable (CaptureTime) -> Date,
    onEvent: @escaping @Sendable (Event) -> Void
  ) throws(RecordingError) {
    self.queue = queue
    let first = plan.hasVideo ? plan.videoPath(part: 1) : plan.paths(part: 1).first ?? plan.base
    shared = Mutex(RecordingState(path: first))
    try Self.check(plan)
    let thread = Thread { [self] in
      var writer = RecordingWriter(plan: plan, source: source, wallClock: wallClock)
      writer.run(queue, report: { state in shared.withLock { $0 = state } }, onEvent: onEvent)
      done.withLock {
        isDone.withLock { $0 = true }
        done.broadcast()
      }
    }
    thread.name = "gurn-record"
    thread.start()
  }

  /// How it stands.
  package var state: RecordingState { shared.withLock { $0 } }

  /// Offers a picture (one thread).
  package func offer(_ picture: SourcePicture, at time: CaptureTime) { queue.offer(picture, at: time) }

  /// Offers a frame's curves (one thread).
  package func offer(_ row: RecordedRow) { queue.offer(row) }

  /// Writes what waits, ends the files, and returns how it came out. May be called again.
  @discardableResult package func stop() -> RecordingState {
    queue.close()
    done.withLock {
      while !isDone.withLock({ $0 }) { done.wait() }
    }
    return state
  }

  /// The moment of a time of CLOCK_MONOTONIC, by the clocks as they stand now.
  package static let wallClock: @Sendable (CaptureTime) -> Date = { time in
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC, &now)
    let seconds = Double(now.tv_sec) + Double(now.tv_nsec) * 1e-9
    return Date(timeIntervalSinceNow: time.seconds - seconds)
  }

  private static func check(_ plan: RecordingPlan) throws(RecordingError) {
    guard plan.hasVideo || !plan.outputs.isEmpty else {
      throw .unwritable(path: plan.base, reason: "nothing is to be recorded: neither pictures nor a curve")
    }
    let folder = (plan.base as NSString).deletingLastPathComponent
    if !folder.isEmpty {
      do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
        throw .unwritable(path: folder, reason: "the folder can't be made (\(error.localizedDescription))")
      }
    }
    for path in plan.paths(part: 1) where FileManager.default.fileExists(atPath: path) {
      throw .unwritable(path: path, reason: "is already there; choose another name")
    }
    guard access(folder.isEmpty ? "." : folder, W_OK | X_OK) == 0 else {
      throw .unwritable(path: folder.isEmpty ? "." : folder, code: errno)
    }
  }
}
