import FaceCore

/// A face's expression as a vector in which near means alike: what nearest neighbours compare.
///
/// The 52 weights, blinks and looks at a fraction since they come and go in every expression, and distances between landmarks along
/// the face's vertical in parts of the face's height, which the turn of the head hardly touches. The weights are the expression
/// networks' last layer; the one before is no output of the model files, and to read it back from the GPU would cost a pass.
enum ExpressionVector {
  /// Pairs of landmarks (Multi-PIE's 68) whose vertical distance tells something: brows over eyes, lips, corners, upper lip.
  private static let pairs: [(Int, Int)] = [
    (17, 36), (18, 37), (19, 37), (20, 38), (21, 39), (22, 42), (23, 43), (24, 44), (25, 44), (26, 45), (61, 67),
    (62, 66), (63, 65), (48, 51), (54, 51), (48, 57), (54, 57), (33, 51), (57, 8),
  ]
  /// How much a part of the face's height counts against a weight.
  private static let heightGain: Float = 4

  static let count = 52 + pairs.count

  /// Writes the vector of a face into `vector`, which has ``count`` elements; landmarks that aren't there count as 0.
  static func write(_ weights: BlendshapeWeights, landmarks: [Float], into vector: inout [Float]) {
    for channel in Blendshape.allCases {
      vector[channel.rawValue] = weights[channel] * (channel.isLook ? 0.15 : channel.isLid ? 0.5 : 1)
    }
    // From the root of the nose to the chin.
    let height = landmarks.count >= 136 ? landmarks[2 * 8 + 1] - landmarks[2 * 27 + 1] : 0
    for (index, pair) in pairs.enumerated() {
      let distance = height > 0.05 ? (landmarks[2 * pair.1 + 1] - landmarks[2 * pair.0 + 1]) / height : 0
      vector[52 + index] = distance.isFinite ? max(-1, min(1, distance)) * heightGain : 0
    }
  }

  /// The Euclidean distance.
  static func distance(_ a: [Float], _ b: [Float]) -> Float {
    var sum: Float = 0
    for index in 0..<count {
      let difference = a[index] - b[index]
      sum += difference * difference
    }
    return sum.squareRoot()
  }
}
