import FaceCore
import Foundation

extension FaceSceneSampler {
  /// Kinds of light by what they make of a face.
  enum LightKind: CaseIterable {
    /// The room's own, from all around.
    case even
    /// The room's and one or two lamps.
    case lamp
    /// One side up to eight times as bright as the other.
    case side
    /// A screen below and ahead in a dark room.
    case screen
    /// A window behind: a bright picture, a dark face.
    case window
    /// Little of everything, and noise.
    case dim
  }

  /// Draws a kind: ordinary light most often.
  func lightKind(_ random: inout RandomSource) -> LightKind {
    switch random.unit() {
    case ..<0.28: .even
    case ..<0.66: .lamp
    case ..<0.79: .side
    case ..<0.88: .screen
    case ..<0.95: .window
    default: .dim
    }
  }

  /// Draws a light of a kind; the first lamp is the stronger one, and the one that casts shadows.
  func light(_ kind: LightKind, _ random: inout RandomSource) -> FaceScene.Light {
    let ratio = exp(random.uniform(log(2), log(9)))
    let level: Float =
      switch kind {
      case .even, .lamp: random.uniform(0.35, 1.1)
      case .side: random.uniform(0.8, 1.3) / ratio
      case .screen: random.uniform(0.06, 0.3)
      case .window: random.uniform(0.12, 0.4)
      case .dim: random.uniform(0.12, 0.4)
      }
    var light = surroundings(level, &random)
    switch kind {
    case .even: break
    case .lamp: addLamps(1 + random.below(3) / 2, to: &light, &random)
    case .side:
      let side: Float = random.chance(0.5) ? 1 : -1
      let direction = SIMD3(side, random.normal(0.25, 0.35), random.uniform(-0.1, 0.7))
      light.set(lamp: 0, direction, level * (ratio - 1) * warmth(0.15, &random))
    case .screen:
      let direction = SIMD3(random.normal(0, 0.35), random.uniform(-0.9, -0.1), 1)
      light.set(lamp: 0, direction, random.uniform(0.25, 0.9) * (warmth(0.08, &random) - [0.18, 0.02, -0.2]))
      light.surround = random.uniform(0.2, 1)
    case .window:
      let direction = SIMD3(random.normal(0, 0.8), random.normal(0.4, 0.3), random.uniform(-1, -0.3))
      light.set(lamp: 0, direction, random.uniform(0.6, 2.5) * warmth(0.1, &random))
      light.surround = random.uniform(2, 5)
    case .dim:
      addLamps(random.below(2), to: &light, &random)
      light.colours = light.colours.map { $0 * 0.35 }
    }
    // Cameras that expose for the face keep most of it from burning out.
    let brightest = level + 0.6 * light.colours.map { $0.max() }.reduce(0, +)
    light.exposure = min(light.exposure, 1.9 / brightest)
    if random.chance(0.8), light.colours[0].max() > 0.15 {
      light.shadow = .init(strength: random.uniform(0.4, 1), softness: exp(random.uniform(log(0.12), log(1.1))))
    }
    return light
  }

  /// Brightens a scene whose face would be next to black, as cameras do that measure their light by the face.
  static func expose(_ scene: inout FaceScene) {
    let mean = { (colour: SIMD3<Float>) in (colour * [0.3, 0.6, 0.1]).sum() }
    let lamps = zip(scene.light.directions, scene.light.colours).map { 0.6 * max(0, $0.z) * mean($1) }
    let light = max(0.01, mean(scene.light.harmonics[0]) * 0.2821 + lamps.reduce(0, +)) * scene.light.exposure
    let face = max(0.001, mean(scene.person.skinColour * scene.person.skinGain)) * light
    if face < 0.1 { scene.light.exposure *= min(5, pow(0.1 / face, 0.8)) }
  }

  /// A panorama's light at a mean level, its colour partly balanced, without lamps.
  private func surroundings(_ level: Float, _ random: inout RandomSource) -> FaceScene.Light {
    let panorama = random.below(stock.harmonics.count)
    let source = stock.harmonics[panorama]
    let mean = max(0.001, (source[0] * [0.3, 0.6, 0.1]).sum() * 0.2821)
    // Towards grey: cameras balance the light's colour.
    let balance = random.uniform(0.5, 1)
    let white = source[0] / max(0.001, (source[0] * [0.3, 0.6, 0.1]).sum())
    let tint = SIMD3<Float>(repeating: 1) / (white * balance + (1 - balance))
    return FaceScene.Light(
      panorama: panorama, turn: random.uniform(0, 2 * .pi), harmonics: source.map { $0 * (level / mean) * tint },
      directions: [[0, 0, 1], [0, 0, 1]], colours: [.zero, .zero], exposure: exp(random.normal(0.12, 0.35)))
  }

  private func addLamps(_ count: Int, to light: inout FaceScene.Light, _ random: inout RandomSource) {
    let strengths = (0..<count).map { _ in exp(random.normal(-0.3, 0.6)) }.sorted(by: >)
    for (index, strength) in strengths.enumerated() {
      let direction = SIMD3(random.normal(0, 0.9), random.normal(0.35, 0.6), random.normal(0.55, 0.55))
      light.set(lamp: index, direction, strength * warmth(0.15, &random))
    }
  }

  /// White, more or less red.
  private func warmth(_ deviation: Float, _ random: inout RandomSource) -> SIMD3<Float> {
    let warm = random.normal(0, deviation, limit: 0.5)
    return SIMD3(1 + warm, 1, 1 - warm)
  }
}

extension FaceScene.Light {
  /// Replaces a lamp; `direction` leads towards it, camera's axes.
  fileprivate mutating func set(lamp: Int, _ direction: SIMD3<Float>, _ colour: SIMD3<Float>) {
    directions[lamp] = direction == .zero ? [0, 0, 1] : direction.unit
    colours[lamp] = colour
  }
}
