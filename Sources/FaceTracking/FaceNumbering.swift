import FaceCore

/// Which number a face gets that appears.
package enum FaceNumbering {
  /// How far from where it was left a face may appear and still be taken for the same, in sides of its window: about 30 cm.
  static let reachSides: Float = 1.5

  /// The number of the face that was left nearest, within reach and not too long ago; else the lowest that belongs to nobody;
  /// else that of the face that has been away longest. Nil where every face is present.
  ///
  /// - Parameter trackers: those of the faces, by number.
  package static func number(
    for window: FaceWindow, among trackers: some RandomAccessCollection<WindowTracker>, at time: CaptureTime
  ) -> Int? {
    var nearest: (number: Int, distance: Float)?
    var free: Int?
    var oldest: (number: Int, time: CaptureTime)?
    for (number, tracker) in trackers.enumerated() where !tracker.isPresent {
      guard tracker.isKept(at: time), let place = tracker.place else {
        free = free ?? number
        continue
      }
      let offset = place.window.centre - window.centre
      let distance = (offset * offset).sum()
      if place.window.isWithin(reachSides, of: window), nearest.map({ distance < $0.distance }) ?? true {
        nearest = (number, distance)
      }
      if oldest.map({ place.time < $0.time }) ?? true { oldest = (number, place.time) }
    }
    return nearest?.number ?? free ?? oldest?.number
  }
}
