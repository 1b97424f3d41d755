import FaceCore

/// Unity's coordinates, which VMC uses: left-handed, +x right, +y up, +z forward, metres; quaternions x, y, z, w.
///
/// A model looks along +z and has its left hand at −x, where the head frame has +x at the subject's left and +z out of the
/// face: the two are mirror images in x. A vector changes the sign of x; a rotation M·R·M with M = diag(−1, 1, 1) keeps the
/// turn about x and reverses those about y and z. A head that turns to its own left so turns the model's to its left.
enum UnityCoordinates {
  // Taken from 0, since negating 0 would put a −0 on the wire, which views show.
  static func vector(_ v: SIMD3<Float>) -> SIMD3<Float> { SIMD3(0 - v.x, v.y, v.z) }

  static func quaternion(_ q: Quaternion) -> SIMD4<Float> { SIMD4(q.x, 0 - q.y, 0 - q.z, q.w) }
}
