/// Kinds of light that sessions are told apart by.
package enum SessionLight: String, CaseIterable, Sendable {
  /// From all around and a lamp ahead.
  case even
  /// One side bright, the other dark.
  case side
  /// A bright room or window behind, the face in shadow.
  case back
  /// A dark room and a screen below the camera.
  case monitor
  /// Little light, much noise.
  case dim

  /// Changes drawn light to this kind; directions are unit vectors towards the lamp, camera's axes.
  func apply(to light: inout FaceScene.Light, _ random: inout RandomSource) {
    // The harmonics' mean to a level that the kind sets, whatever the panorama's.
    let mean = max(0.05, light.harmonics[0].sum() / 3 * 0.2821)
    let level: Float =
      switch self {
      case .even: 0.55
      case .side: 0.22
      case .back: 0.28
      case .monitor: 0.12
      case .dim: 0.3
      }
    light.harmonics = light.harmonics.map { $0 * (level / mean) }
    light.exposure = self == .dim ? random.uniform(0.35, 0.5) : random.uniform(0.9, 1.25)
    let hand: Float = random.chance(0.5) ? 1 : -1
    let lamp: (SIMD3<Float>, SIMD3<Float>) =
      switch self {
      case .even: ([-0.5 * hand, 0.5, 0.8], [0.45, 0.43, 0.4])
      case .side: ([-1 * hand, 0.25, 0.25], [1.3, 1.25, 1.15])
      case .back: ([-0.8 * hand, 0.6, -0.6], [1.8, 1.75, 1.65])
      case .monitor: ([0.1 * hand, -0.5, 0.85], [0.5, 0.58, 0.68])
      case .dim: ([-0.6 * hand, 0.6, 0.5], [0.35, 0.3, 0.24])
      }
    light.directions = [lamp.0.unit, SIMD3(0.8 * hand, 0.1, 0.4).unit]
    light.shadow = .init(strength: self == .even ? 0.5 : 0.8, softness: 0.5)
    light.surround = 1
    light.colours = [lamp.1 * random.uniform(0.85, 1.15), [0.08, 0.08, 0.09]]
  }

  /// How bright the room behind is beside the face.
  var backgroundGain: Float {
    switch self {
    case .even: 0.8
    case .side: 0.5
    case .back: 1.8
    case .monitor: 0.15
    case .dim: 0.6
    }
  }

  /// Deviation of the sensor's noise, levels of 255.
  var noise: Float {
    switch self {
    case .even: 1.2
    case .side, .back: 2
    case .monitor: 3.5
    case .dim: 4.5
    }
  }
}
