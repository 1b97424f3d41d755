import FaceCore

/// What the true window is measured by: two points of the identity's neutral face.
///
/// E is the mean of the twelve eye-contour landmarks (36…47 of the 68), C the chin (8), h = |E − C|. The anchor is
/// E + 0.42 (C − E), moved to 1 cm behind E. The window's centre is the anchor's pixel, its side 1.75 h f ÷ depth of the
/// anchor, its roll the head's Euler roll relative to the view ray.
package struct FaceMeasure: Sendable {
  package let eyes: SIMD3<Float>
  package let chin: SIMD3<Float>

  package init(eyes: SIMD3<Float>, chin: SIMD3<Float>) {
    self.eyes = eyes
    self.chin = chin
  }

  /// From the 68 landmarks of the neutral face, centimetres, head frame.
  package init(landmarks: [SIMD3<Float>]) {
    precondition(landmarks.count == 68, "68 landmarks, not \(landmarks.count)")
    eyes = landmarks[36...47].reduce(SIMD3<Float>.zero, +) / 12
    chin = landmarks[8]
  }

  /// The distance from eyes to chin, centimetres.
  package var height: Float { ((eyes - chin) * (eyes - chin)).sum().squareRoot() }

  /// The head-frame point at the window's middle.
  package var anchor: SIMD3<Float> {
    var point = eyes + 0.42 * (chin - eyes)
    point.z = eyes.z - 1
    return point
  }

  /// The focal length that gives the window this side at this depth (centimetres, positive).
  package func focalLength(side: Float, depth: Float) -> Float { side * depth / (1.75 * height) }

  /// The true window in the camera's picture. The camera's pivot must be the anchor.
  package func window(_ camera: HeadCamera) -> FaceWindow {
    let place = camera.place(anchor)
    return FaceWindow(
      centre: camera.pixel(ofPlace: place), side: 1.75 * height * camera.focalLength / -place.z,
      roll: camera.facingRotation.headAngles.roll)
  }
}
