import FaceCore

/// Makes a blink end where the lids meet: a blink sculpted on wide eyes would run too far on narrow ones.
struct LidContact: Sendable {
  /// The places of two landmarks on each lid's margin.
  private let sides: [(blink: Blendshape, upper: [Int], lower: [Int])]
  /// A little more than closed, so that no line of the eyeball stays.
  private static let overlap: Float = 1.1

  /// From the places of the 68 landmarks.
  init(landmarks: [Int]) {
    sides = [
      (.eyeBlinkLeft, [landmarks[43], landmarks[44]], [landmarks[47], landmarks[46]]),
      (.eyeBlinkRight, [landmarks[38], landmarks[37]], [landmarks[40], landmarks[41]]),
    ]
  }

  /// How often each blink's row is to be added to `bent`, the face with all but the blinks.
  func shares(
    neutral: [Float], bent: [Float], weights: BlendshapeWeights, rows: [[Float]]
  ) -> [(blink: Blendshape, share: Float)] {
    sides.compactMap { side in
      guard weights[side.blink] > 0 else { return nil }
      func opening(_ face: [Float]) -> Float {
        zip(side.upper, side.lower).map { face[3 * $0 + 1] - face[3 * $1 + 1] }.reduce(0, +)
      }
      let travel = -opening(rows[side.blink.rawValue])
      guard travel > 0.01 else { return (side.blink, weights[side.blink]) }
      let wanted = min(weights[side.blink] * opening(neutral), opening(bent)) * Self.overlap
      return (side.blink, max(0, wanted / travel))
    }
  }
}
