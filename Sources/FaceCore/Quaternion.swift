import Foundation

/// A unit quaternion, x, y, z, w; a rotation of right-handed 3D space.
///
/// Euler angles follow the head convention of ``HeadPose``: `R = Ry(yaw) · Rx(−pitch) · Rz(roll)`.
package struct Quaternion: Equatable, Sendable {
  package var x, y, z, w: Float

  package static let identity = Quaternion(x: 0, y: 0, z: 0, w: 1)

  package init(x: Float, y: Float, z: Float, w: Float) {
    self.x = x
    self.y = y
    self.z = z
    self.w = w
  }

  /// The rotation by `angle` radians about a unit `axis`, counter-clockwise seen against the axis.
  package init(angle: Float, axis: SIMD3<Float>) {
    let s = sin(angle / 2)
    self.init(x: axis.x * s, y: axis.y * s, z: axis.z * s, w: cos(angle / 2))
  }

  /// Head angles in radians: yaw > 0 towards the subject's left, pitch > 0 up, roll > 0 counter-clockwise in the image.
  package init(yaw: Float, pitch: Float, roll: Float) {
    self =
      Quaternion(angle: yaw, axis: [0, 1, 0]) * Quaternion(angle: -pitch, axis: [1, 0, 0])
      * Quaternion(angle: roll, axis: [0, 0, 1])
  }

  /// The rotation whose matrix has these orthonormal columns (images of the x, y and z axes).
  package init(columns c0: SIMD3<Float>, _ c1: SIMD3<Float>, _ c2: SIMD3<Float>) {
    // Shepperd, "Quaternion from rotation matrix", 1978: divide by the largest component.
    let trace = c0.x + c1.y + c2.z
    if trace > 0 {
      let s = (trace + 1).squareRoot() * 2
      self.init(x: (c1.z - c2.y) / s, y: (c2.x - c0.z) / s, z: (c0.y - c1.x) / s, w: s / 4)
    } else if c0.x > c1.y && c0.x > c2.z {
      let s = (1 + c0.x - c1.y - c2.z).squareRoot() * 2
      self.init(x: s / 4, y: (c1.x + c0.y) / s, z: (c2.x + c0.z) / s, w: (c1.z - c2.y) / s)
    } else if c1.y > c2.z {
      let s = (1 + c1.y - c0.x - c2.z).squareRoot() * 2
      self.init(x: (c1.x + c0.y) / s, y: s / 4, z: (c2.y + c1.z) / s, w: (c2.x - c0.z) / s)
    } else {
      let s = (1 + c2.z - c0.x - c1.y).squareRoot() * 2
      self.init(x: (c2.x + c0.z) / s, y: (c2.y + c1.z) / s, z: s / 4, w: (c0.y - c1.x) / s)
    }
    self = normalized
  }

  /// The inverse rotation.
  package var conjugate: Quaternion { Quaternion(x: -x, y: -y, z: -z, w: w) }

  package var length: Float { (x * x + y * y + z * z + w * w).squareRoot() }

  /// The same rotation at unit length; the identity when the length is zero or not finite.
  package var normalized: Quaternion {
    let n = length
    guard n > 1e-12, n.isFinite else { return .identity }
    return Quaternion(x: x / n, y: y / n, z: z / n, w: w / n)
  }

  /// First `b`, then `a`.
  package static func * (a: Quaternion, b: Quaternion) -> Quaternion {
    Quaternion(
      x: a.w * b.x + a.x * b.w + a.y * b.z - a.z * b.y,
      y: a.w * b.y - a.x * b.z + a.y * b.w + a.z * b.x,
      z: a.w * b.z + a.x * b.y - a.y * b.x + a.z * b.w,
      w: a.w * b.w - a.x * b.x - a.y * b.y - a.z * b.z)
  }

  /// The image of a vector.
  package func rotate(_ v: SIMD3<Float>) -> SIMD3<Float> {
    let q = SIMD3(x, y, z)
    let t = 2 * cross(q, v)
    return v + w * t + cross(q, t)
  }

  /// The rotation vector: unit axis times angle in radians, 0…π (the logarithm map).
  package var rotationVector: SIMD3<Float> {
    let q = w < 0 ? Quaternion(x: -x, y: -y, z: -z, w: -w) : self
    let v = SIMD3(q.x, q.y, q.z)
    let s = (v * v).sum().squareRoot()
    return s < 1e-8 ? v * 2 : v * (2 * atan2(s, q.w) / s)
  }

  /// The rotation of a rotation vector (the exponential map).
  package init(rotationVector v: SIMD3<Float>) {
    let angle = (v * v).sum().squareRoot()
    self =
      angle < 1e-8
      ? Quaternion(x: v.x / 2, y: v.y / 2, z: v.z / 2, w: 1).normalized : Quaternion(angle: angle, axis: v / angle)
  }

  /// Head angles in radians, yaw and roll in −π…π, pitch in −π/2…π/2; see ``init(yaw:pitch:roll:)``.
  package var headAngles: (yaw: Float, pitch: Float, roll: Float) {
    let forward = rotate([0, 0, 1])
    let yaw = atan2(forward.x, forward.z)
    let pitch = asin(max(-1, min(1, forward.y)))
    let rest = Quaternion(angle: pitch, axis: [1, 0, 0]) * Quaternion(angle: -yaw, axis: [0, 1, 0]) * self
    return (yaw, pitch, 2 * atan2(rest.z, rest.w).wrappedHalfTurn)
  }

  private func cross(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> SIMD3<Float> {
    [a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x]
  }
}

extension Float {
  /// A half angle brought into −π/2…π/2, so that twice it stays in −π…π.
  fileprivate var wrappedHalfTurn: Float {
    if self > .pi / 2 { return self - .pi }
    if self < -.pi / 2 { return self + .pi }
    return self
  }
}
