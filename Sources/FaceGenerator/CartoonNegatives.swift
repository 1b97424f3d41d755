import Foundation

/// Draws faces that are none: cartoons, animals and dolls, which detectors like to fall for.
enum CartoonNegatives {
  enum Kind: CaseIterable {
    case cartoon, animal, doll
  }

  /// Draws one over the middle of a square luma picture, its own light, outlines and blur at random.
  static func draw(_ kind: Kind, on plane: inout [UInt8], size: Int, _ random: inout RandomSource) {
    let edge = Float(SampleMaker.negativeSize)
    let middle = Float(size) / 2 + SIMD2(random.normal(0, 0.06), random.normal(0, 0.06)) * edge
    var painter = ShapePainter(
      plane: plane, size: size, middle: middle, radius: edge * random.uniform(0.24, 0.5),
      roll: random.normal(0, 0.2, limit: 0.6), breadth: random.uniform(0.8, 1.15))
    switch kind {
    case .cartoon: drawCartoon(&painter, &random)
    case .animal: drawAnimal(&painter, &random)
    case .doll: drawDoll(&painter, &random)
    }
    plane = PictureFinish.blur(painter.plane, width: size, height: size, sigma: random.uniform(0.3, 1.6))
  }

  /// Flat colour, outlines, white round eyes; lines only, now and then.
  private static func drawCartoon(_ painter: inout ShapePainter, _ random: inout RandomSource) {
    let ink = random.uniform(0, 60)
    let face = random.chance(0.2) ? random.uniform(30, 110) : random.uniform(130, 250)
    let outline = random.uniform(0.02, 0.07)
    let shape = SIMD2<Float>(1, random.uniform(0.85, 1.2))
    if random.chance(0.6) { painter.ellipse([0, -0.25], shape * 1.12, value: random.uniform(10, 220)) }
    painter.ellipse(.zero, shape + outline, value: ink)
    painter.ellipse(.zero, shape, value: face, shade: random.chance(0.3) ? 60 : 0)
    let apart = random.uniform(0.25, 0.48)
    let eye = SIMD2(random.uniform(0.12, 0.3), random.uniform(0.14, 0.4))
    let look = SIMD2(random.uniform(-0.3, 0.3), random.uniform(-0.3, 0.3))
    let isDot = random.chance(0.3)
    for side in [Float(-1), 1] {
      let spot = SIMD2(side * apart, random.uniform(-0.24, -0.18))
      if isDot {
        painter.ellipse(spot, eye * [0.5, 0.5], value: ink)
      } else {
        painter.ellipse(spot, eye + outline * 0.8, value: ink)
        painter.ellipse(spot, eye, value: 250)
        painter.ellipse(spot + look * eye, eye * 0.45, value: ink)
      }
      if random.chance(0.5) {
        let brow = spot - [0, eye.y + 0.14]
        painter.line(brow - [0.18, 0], brow + [0.18, 0.1 * side], sag: -0.06, width: outline, value: ink)
      }
    }
    if random.chance(0.6) { painter.ellipse([0, 0.12], [0.1, 0.08], value: face * 0.75) }
    let wide = random.uniform(0.2, 0.5)
    if random.chance(0.35) {
      painter.ellipse([0, 0.5], [wide, random.uniform(0.1, 0.25)], value: ink)
      painter.ellipse([0, 0.6], [wide * 0.6, 0.09], value: 130)
    } else {
      painter.line([-wide, 0.45], [wide, 0.45], sag: random.uniform(-0.15, 0.25), width: outline, value: ink)
    }
  }

  /// Fur, ears, a snout with a dark nose, dark round eyes far apart.
  private static func drawAnimal(_ painter: inout ShapePainter, _ random: inout RandomSource) {
    let fur = random.uniform(25, 225)
    let dark = random.uniform(0, 30)
    switch random.below(3) {
    case 0:
      for side in [Float(-1), 1] {
        painter.triangle([side * 0.95, -0.3], [side * 0.2, -0.85], [side * 0.85, -1.45], value: fur * 0.9)
        painter.triangle([side * 0.8, -0.5], [side * 0.4, -0.8], [side * 0.75, -1.2], value: fur * 0.6 + 40)
      }
    case 1:
      for side in [Float(-1), 1] {
        painter.ellipse([side * 0.95, 0.05], [0.3, 0.75], angle: side * -0.25, value: fur * 0.7, shade: 30)
      }
    default:
      for side in [Float(-1), 1] {
        painter.ellipse([side * 0.75, -0.75], [0.36, 0.36], value: fur * 0.9)
        painter.ellipse([side * 0.75, -0.75], [0.2, 0.2], value: fur * 0.6)
      }
    }
    painter.ellipse(.zero, [1, random.uniform(0.85, 1.15)], value: fur, shade: random.uniform(0, 80))
    if random.chance(0.4) {
      let side: Float = random.chance(0.5) ? 1 : -1
      painter.ellipse([side * 0.4, -0.2], [0.35, 0.45], value: random.uniform(20, 230))
    }
    painter.grain(.zero, [0.95, 0.95], strength: random.uniform(5, 30), &random)
    let low = random.uniform(0.3, 0.5)
    let snout = SIMD2(random.uniform(0.32, 0.55), random.uniform(0.28, 0.45))
    painter.ellipse([0, low], snout, value: min(250, fur + random.uniform(-40, 90)), shade: 40)
    let apart = random.uniform(0.3, 0.58)
    let eye = random.uniform(0.09, 0.2)
    let iris = random.uniform(60, 220)
    let isSlit = random.chance(0.35)
    for side in [Float(-1), 1] {
      let spot = SIMD2(side * apart, -0.18)
      painter.ellipse(spot, SIMD2(1.25, 1.1) * eye, value: dark)
      painter.ellipse(spot, SIMD2(1, 0.9) * eye, value: isSlit ? iris : dark + 15)
      painter.ellipse(spot, SIMD2(isSlit ? 0.3 : 0.6, 0.8) * eye, value: dark)
      painter.ellipse(spot + SIMD2(-0.3, -0.35) * eye, SIMD2(0.22, 0.22) * eye, value: 250)
    }
    let nose = SIMD2(random.uniform(0.1, 0.24), random.uniform(0.08, 0.16))
    painter.ellipse([0, low - 0.15], nose, value: dark, shade: -30)
    painter.line([0, low - 0.1], [0, low + 0.12], width: 0.02, value: dark)
    for side in [Float(-1), 1] {
      painter.line([0, low + 0.12], [side * 0.25, low + 0.12], sag: 0.07, width: 0.02, value: dark)
      guard random.chance(0.5) else { continue }
      for whisker in [Float(-0.08), 0, 0.08] {
        painter.line([side * 0.2, low + whisker], [side * 1.1, low + 3 * whisker], width: 0.008, value: 230)
      }
    }
  }

  /// A smooth shaded ball of a head, hair like a cap, eyes a third of its width, next to no nose, a tiny mouth.
  private static func drawDoll(_ painter: inout ShapePainter, _ random: inout RandomSource) {
    let skin = random.uniform(70, 245)
    let hair = random.uniform(5, 230)
    painter.ellipse([0, -0.2], [1.2, 1.15], value: hair, shade: 50)
    if random.chance(0.5) {
      for side in [Float(-1), 1] { painter.ellipse([side * 1.1, 0.4], [0.3, 0.7], value: hair, shade: 50) }
    }
    painter.ellipse([0, 0.05], [1, 0.95], value: skin, shade: random.uniform(20, 110))
    if random.chance(0.7) { painter.ellipse([0, -0.75], [0.85, 0.4], value: hair, shade: 30) }
    let apart = random.uniform(0.36, 0.48)
    let eye = SIMD2(random.uniform(0.22, 0.33), random.uniform(0.24, 0.38))
    let iris = random.uniform(20, 130)
    for side in [Float(-1), 1] {
      let spot = SIMD2(side * apart, 0.12)
      painter.ellipse(spot, eye, value: 245)
      painter.ellipse(spot, eye * 0.78, value: iris)
      painter.ellipse(spot, eye * 0.42, value: 8)
      painter.ellipse(spot - eye * 0.3, eye * 0.2, value: 255)
      painter.line(
        spot - [eye.x, eye.y * 0.5], spot + [eye.x, -eye.y * 0.5], sag: -eye.y * 0.6, width: 0.04, value: 10)
    }
    painter.ellipse([0, 0.42], [0.04, 0.03], value: skin * 0.75)
    painter.ellipse([0, 0.65], [random.uniform(0.08, 0.2), random.uniform(0.03, 0.07)], value: skin * 0.45)
  }
}
