import Foundation

/// Rows of dark and light marks, like a page of text or a shelf of books: what face detectors like to fall for.
enum StripePattern {
  /// Draws over a square luma picture.
  static func draw(on plane: inout [UInt8], size: Int, _ random: inout RandomSource) {
    let isUpright = random.chance(0.3)
    let lineHeight = random.uniform(5, 28)
    let slant = random.uniform(-0.15, 0.15)
    let (paper, ink) =
      random.chance(0.7)
      ? (random.uniform(140, 250), random.uniform(5, 90)) : (random.uniform(5, 80), random.uniform(120, 250))
    let fill = random.uniform(0.35, 0.8)
    let strength = random.uniform(0.5, 1)
    let marks = RandomSource(seed: random.next())
    for y in 0..<size {
      for x in 0..<size {
        let along = Float(isUpright ? y : x)
        let across = Float(isUpright ? x : y) + slant * along
        let line = (across / lineHeight).rounded(.down)
        let inLine = across / lineHeight - line
        var mark = marks
        mark.skip(line: Int(line), column: Int(along / (lineHeight * 0.22)))
        let isInk = inLine > 0.2 && inLine < fill + 0.15 && mark.unit() < fill
        let old = Float(plane[y * size + x])
        plane[y * size + x] = UInt8(max(0, min(255, old + ((isInk ? ink : paper) - old) * strength)))
      }
    }
  }
}

extension RandomSource {
  /// Turns to the values that belong to one cell of a grid.
  fileprivate mutating func skip(line: Int, column: Int) {
    self = RandomSource(seed: next(), index: UInt64(bitPattern: Int64(line &* 8191 &+ column)))
  }
}
