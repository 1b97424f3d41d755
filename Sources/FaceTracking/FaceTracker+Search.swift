import FaceCore
import NeuralGraph

/// How faces are found, and told apart where they meet.
extension FaceTracker {
  /// The detector's score, 0…1, from which a candidate is looked at.
  private static let detectionThreshold: Float = 0.2
  /// How often the window network corrects a detection before it counts as a window.
  private static let refinements = 2
  /// Below so many sides between their middles two windows are on one face.
  private static let sameFaceSides: Float = 0.4
  /// Below so many a face's course is no longer learned from its window, which may be drawn to the other face.
  private static let meetingSides: Float = 0.8

  /// Looks for faces in the detector's map, apart from those that are held, and gives them their numbers.
  ///
  /// As many candidates are looked at as faces may be there, the best first.
  func search(crop: CropTransform, frame: SIMD2<Float>, at time: CaptureTime) throws(FaceTrackingError) {
    taken.removeAll(keepingCapacity: true)
    for index in faces.indices {
      if faces[index].tracker.isPresent {
        if let window = faces[index].tracker.window { taken.append(window) }
      } else {
        faces[index].tracker.noteDetection(at: time)
      }
    }
    for _ in faces.indices {
      guard let free = faces.firstIndex(where: { !$0.tracker.isPresent }),
        let candidate = map.best(in: mapValues, crop: crop, threshold: Self.detectionThreshold, apartFrom: taken)
      else { return }
      taken.append(candidate.window)
      guard let window = try settled(candidate.window, with: free, frame: frame), !isHeld(window),
        let number = FaceNumbering.number(for: window, among: faces.lazy.map { $0.tracker }, at: time)
      else { continue }
      try follow(number, in: window, frame: frame, at: time)
      guard let held = faces[number].tracker.window, faces[number].tracker.isPresent else { continue }
      faces[number].course = FaceCourse(held, at: time)
      taken.append(held)
    }
  }

  /// A candidate moved by the window network until it sits; nil when it leaves the frame. `scratch` is a face without a window.
  private func settled(
    _ candidate: FaceWindow, with scratch: Int, frame: SIMD2<Float>
  ) throws(FaceTrackingError) -> FaceWindow? {
    var window = candidate
    for _ in 0..<Self.refinements {
      try backend.refine(window.crop, into: &faces[scratch].outputs)
      window = window.corrected(by: faces[scratch].outputs.correction)
      guard window.isPlausible(in: frame) else { return nil }
    }
    return window
  }

  /// Whether a face that is held is in this window.
  private func isHeld(_ window: FaceWindow) -> Bool {
    faces.contains { face in
      face.tracker.isPresent && face.tracker.window.map { window.isWithin(0.5, of: $0) } ?? false
    }
  }

  /// Where one face hides another the windows of both come to lie on the one in front: the face whose course the window suits
  /// less gives it up, and is looked for where it was heading.
  func partMeeting(at time: CaptureTime) {
    guard faces.count > 1 else { return }
    for first in faces.indices {
      for second in faces.indices.dropFirst(first + 1) {
        guard let a = heldWindow(first), let b = heldWindow(second), a.isWithin(Self.sameFaceSides, of: b) else {
          continue
        }
        let firstIsStranger =
          faces[first].course?.strangeness(of: a, at: time) ?? 0
          > faces[second].course?.strangeness(of: b, at: time) ?? 0
        let loser = firstIsStranger ? first : second
        let expected = faces[loser].course?.expected(at: time)
        faces[loser].tracker.lose(to: .init(window: expected ?? b, time: time))
      }
    }
    for index in faces.indices {
      guard let window = heldWindow(index), !isMeeting(index, window) else { continue }
      if faces[index].course == nil { faces[index].course = FaceCourse(window, at: time) }
      faces[index].course?.take(window, at: time)
    }
  }

  private func isMeeting(_ index: Int, _ window: FaceWindow) -> Bool {
    faces.indices.contains { other in
      other != index && heldWindow(other).map { window.isWithin(Self.meetingSides, of: $0) } ?? false
    }
  }

  private func heldWindow(_ index: Int) -> FaceWindow? {
    faces[index].tracker.isPresent ? faces[index].tracker.window : nil
  }
}
