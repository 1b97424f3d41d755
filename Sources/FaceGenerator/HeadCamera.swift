import FaceCore
import Foundation

/// A head in front of a pinhole camera.
///
/// Camera frame: x to the right in the image, y up, z towards the camera, origin at the camera; places in centimetres,
/// so what the camera sees has z < 0. Pixels: x to the right, y down, the middle of the first pixel at (0.5, 0.5).
package struct HeadCamera: Sendable {
  /// From the head frame to the camera's axes, as the picture shows it.
  package var rotation: Quaternion
  /// The camera-frame place of the head-frame point `pivot`.
  package var position: SIMD3<Float>
  /// The head-frame point that lies at `position`.
  package var pivot: SIMD3<Float>
  /// Pixels.
  package var focalLength: Float
  /// The principal point, pixels; it may lie outside the picture.
  package var centre: SIMD2<Float>

  package init(
    rotation: Quaternion, position: SIMD3<Float>, pivot: SIMD3<Float>, focalLength: Float, centre: SIMD2<Float>
  ) {
    precondition(position.z < 0 && focalLength > 0, "a head lies in front of the camera")
    self.rotation = rotation
    self.position = position
    self.pivot = pivot
    self.focalLength = focalLength
    self.centre = centre
  }

  /// The camera-frame place of a head-frame point.
  package func place(_ point: SIMD3<Float>) -> SIMD3<Float> { rotation.rotate(point - pivot) + position }

  /// The pixel of a camera-frame place.
  package func pixel(ofPlace place: SIMD3<Float>) -> SIMD2<Float> {
    SIMD2(centre.x - focalLength * place.x / place.z, centre.y + focalLength * place.y / place.z)
  }

  /// The pixel of a head-frame point.
  package func pixel(_ point: SIMD3<Float>) -> SIMD2<Float> { pixel(ofPlace: place(point)) }

  /// The turn that makes a camera-facing head at `position` look at the camera.
  package static func rayRotation(to position: SIMD3<Float>) -> Quaternion {
    let length = (position * position).sum().squareRoot()
    let toCamera = -position / length
    // The shortest turn of +z onto `toCamera`: axis z × d, half angle from 1 + z · d.
    return Quaternion(x: -toCamera.y, y: toCamera.x, z: 0, w: 1 + toCamera.z).normalized
  }

  /// The rotation relative to the view ray: the identity for a face that looks at the camera, wherever in the picture.
  package var facingRotation: Quaternion { (Self.rayRotation(to: position).conjugate * rotation).normalized }
}
