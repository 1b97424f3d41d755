/// Where the landmarks lie on MakeHuman's base mesh, in the numbers of the whole body (hm08).
///
/// Found as the vertices whose place and normal come nearest to the ICT model's landmarks after alignment; lids were
/// moved to the margin, the lips to the border of the red and to where they touch, the brows to the brow cards' middle.
enum MakeHumanLandmarks {
  /// The 68 Multi-PIE landmarks.
  static let body: [Int] = [
    870, 5235, 270, 736, 737, 5297, 5223, 5167, 5171, 11780, 11833, 11902,
    7457, 7456, 7039, 11844, 7575, 254, 207, 176, 174, 181, 6957, 6950,
    6952, 6982, 7023, 132, 135, 5063, 294, 333, 314, 343, 7077, 7095,
    24, 6, 54, 6769, 47, 36, 13365, 6838, 6790, 6808, 6820, 6831,
    3736, 410, 456, 455, 7215, 7170, 10404, 7130, 11939, 492, 5335, 370,
    430, 515, 520, 7262, 7190, 7265, 523, 518,
  ]

  /// Forehead and cheek, where a skin picture's colour is taken.
  static let plainSkin = [7007, 7003, 11677, 11762, 11857]
}
