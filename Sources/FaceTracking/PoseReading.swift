import FaceCore
import Foundation
import NeuralGraph

/// Turns the window network's geometry into the head's pose and a face box.
package enum PoseReading {
  /// The edge of the face window at the head, metres: 1.75 times the distance from the eyes to the chin of the mean face.
  private static let windowMetres: Float = 0.195
  /// The focal length of a usual webcam as a fraction of the frame's width (about 60° across).
  private static let focalFraction: Float = 0.87

  /// The rotation from the head to the camera-facing frame: the network's, turned by the window's roll.
  ///
  /// `columns` are the first two columns of a matrix that Gram–Schmidt makes a rotation (Zhou et al. 2019, “On the Continuity
  /// of Rotation Representations in Neural Networks”, doi:10.1109/CVPR.2019.00589).
  package static func rotation(columns c: [Float], window: FaceWindow) -> Quaternion {
    let a = normalize([c[0], c[1], c[2]])
    let second = SIMD3(c[3], c[4], c[5])
    let b = normalize(second - (a * second).sum() * a)
    let third = SIMD3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x)
    return (Quaternion(angle: window.roll, axis: [0, 0, 1]) * Quaternion(columns: a, b, third)).normalized
  }

  /// The head's place, metres, from the window's size and middle, for a camera of usual width.
  package static func position(window: FaceWindow, frame: SIMD2<Float>) -> SIMD3<Float> {
    let focal = focalFraction * frame.x
    let depth = focal * windowMetres / max(window.side, 1)
    let offset = (window.centre - frame / 2) / focal * depth
    return [offset.x, -offset.y, -depth]
  }

  /// The box around the landmarks, with the forehead, in frame pixels: x, y of its upper left corner, width, height.
  package static func box(landmarks: [Float], window: FaceWindow) -> SIMD4<Float> {
    var low = SIMD2<Float>(repeating: .infinity)
    var high = SIMD2<Float>(repeating: -.infinity)
    for index in 0..<68 {
      let point = window.point(landmark: index, of: landmarks)
      low = pointwiseMin(low, point)
      high = pointwiseMax(high, point)
    }
    let forehead = 0.24 * (high.y - low.y)
    return [low.x, low.y - forehead, high.x - low.x, high.y - low.y + forehead]
  }

  private static func normalize(_ v: SIMD3<Float>) -> SIMD3<Float> {
    let length = (v * v).sum().squareRoot()
    return length > 1e-6 && length.isFinite ? v / length : [1, 0, 0]
  }
}

extension FaceWindow {
  /// A landmark (−1…1 across this window, y down) in frame pixels.
  package func point(landmark index: Int, of landmarks: [Float]) -> SIMD2<Float> {
    let right = SIMD2(cos(roll), -sin(roll))
    let down = SIMD2(sin(roll), cos(roll))
    return centre + (right * landmarks[2 * index] + down * landmarks[2 * index + 1]) * (side / 2)
  }
}
