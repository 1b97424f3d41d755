import FaceCore
import Foundation

/// The curves at one frame.
package struct RecordedRow: Sendable {
  package var raw, filtered, mapped: FaceObservation

  package init(raw: FaceObservation, filtered: FaceObservation, mapped: FaceObservation) {
    self.raw = raw
    self.filtered = filtered
    self.mapped = mapped
  }

  package subscript(output: RecordedOutput) -> FaceObservation {
    switch output {
    case .raw: raw
    case .filtered: filtered
    case .mapped: mapped
    }
  }
}

/// Pictures and rows on their way to the disk: whoever offers one never waits, and what finds no room is dropped and counted.
///
/// Pictures are offered by one thread, rows by one, and one takes both. Nothing is allocated once the disk's pace is known.
final class RecordingQueue: @unchecked Sendable {
  /// What is waiting: the oldest picture and all rows, or nothing.
  enum Arrival {
    case picture(StoredPicture)
    case rows
    case nothing
    case closed
  }

  private let byteLimit: Int
  private let pictureLimit: Int
  private let rowLimit: Int
  private let condition = NSCondition()
  // Guarded by `condition`; a picture that is being filled or written is in neither list.
  private var free: [StoredPicture] = []
  private var waiting: [StoredPicture] = []
  private var pictureCount = 0
  private var bytes = 0
  private var rows: [RecordedRow] = []
  private var droppedPictures = 0
  private var droppedRows = 0
  private var isClosed = false

  /// At most so many pictures, bytes of pictures and rows wait.
  init(byteLimit: Int = 64 << 20, pictureLimit: Int = 120, rowLimit: Int = 480) {
    self.byteLimit = byteLimit
    self.pictureLimit = pictureLimit
    self.rowLimit = rowLimit
    waiting.reserveCapacity(pictureLimit)
    free.reserveCapacity(pictureLimit)
    rows.reserveCapacity(rowLimit)
  }

  /// Pictures and rows that found no room.
  var dropped: (pictures: Int, rows: Int) { condition.withLock { (droppedPictures, droppedRows) } }

  /// Copies a picture in, or drops it.
  func offer(_ picture: SourcePicture, at time: CaptureTime) {
    guard let need = StoredPicture.need(of: picture), let place = reserve(need) else {
      return condition.withLock { droppedPictures += 1 }
    }
    let before = place.capacity
    place.store(picture, need: need, at: time)
    condition.withLock {
      bytes += place.capacity - before
      waiting.append(place)
      condition.signal()
    }
  }

  /// Adds a row, or drops it.
  func offer(_ row: RecordedRow) {
    condition.withLock {
      if rows.count < rowLimit { rows.append(row) } else { droppedRows += 1 }
      condition.signal()
    }
  }

  /// Nothing more will come; what waits can still be taken.
  func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }

  /// Waits for what comes next, at most so long. Rows are swapped into `taken`, which has to be empty.
  func take(rows taken: inout [RecordedRow], timeoutSeconds: Double) -> Arrival {
    condition.lock()
    defer { condition.unlock() }
    let limit = Date(timeIntervalSinceNow: timeoutSeconds)
    while waiting.isEmpty, rows.isEmpty {
      if isClosed { return .closed }
      if !condition.wait(until: limit) { return isClosed && waiting.isEmpty && rows.isEmpty ? .closed : .nothing }
    }
    if !rows.isEmpty {
      swap(&rows, &taken)
      return .rows
    }
    return .picture(waiting.removeFirst())
  }

  /// Takes back a picture that was written.
  func giveBack(_ picture: StoredPicture) {
    condition.withLock { free.append(picture) }
  }

  /// Room for a picture of `need` bytes, nil where there is none.
  private func reserve(_ need: Int) -> StoredPicture? {
    condition.withLock {
      if isClosed { return nil }
      if let place = free.popLast() {
        if place.capacity >= need || bytes + need <= byteLimit { return place }
        free.append(place)
        return nil
      }
      guard pictureCount < pictureLimit, bytes + need <= byteLimit else { return nil }
      pictureCount += 1
      return StoredPicture()
    }
  }
}
