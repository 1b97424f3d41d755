/// Two curves over each other in a terminal: braille patterns of two by four dots a cell.
struct BrailleChart {
  private let columns: Int
  private let rows: Int
  /// For each cell the dots of the first and of the second curve.
  private var cells: [(first: UInt8, second: UInt8)]
  /// Unicode's order of the dots: left column from the top, then right; the lowest row came later.
  private static let dots: [[UInt8]] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]]

  init(columns: Int, rows: Int) {
    self.columns = max(1, columns)
    self.rows = max(1, rows)
    cells = .init(repeating: (0, 0), count: self.columns * self.rows)
  }

  /// Draws a curve over the whole width; `range` fills the height. Gaps stay open where values are not finite.
  mutating func draw(_ values: [Double], range: ClosedRange<Double>, asFirst: Bool) {
    let (width, height) = (columns * 2, rows * 4)
    var last: Int?
    for x in 0..<width {
      guard values.count > 1 else { return }
      let place = Double(x) / Double(max(1, width - 1)) * Double(values.count - 1)
      let value = values[Int(place.rounded())]
      guard value.isFinite else {
        last = nil
        continue
      }
      let share = (value - range.lowerBound) / (range.upperBound - range.lowerBound)
      let y = Int((Double(height - 1) * (1 - max(0, min(1, share)))).rounded())
      for dot in min(y, last ?? y)...max(y, last ?? y) { set(x, dot, asFirst) }
      last = y
    }
  }

  private mutating func set(_ x: Int, _ y: Int, _ asFirst: Bool) {
    let cell = y / 4 * columns + x / 2
    let dot = Self.dots[x % 2][y % 4]
    if asFirst { cells[cell].first |= dot } else { cells[cell].second |= dot }
  }

  /// One string a row. With colours a cell of the second curve hides the first; without, their dots are put together.
  func lines(coloured: Bool) -> [String] {
    (0..<rows).map { row in
      (0..<columns).map { column in
        let cell = cells[row * columns + column]
        let bits = coloured && cell.second != 0 ? cell.second : cell.first | cell.second
        let glyph = String(UnicodeScalar(0x2800 + UInt32(bits))!)
        guard coloured, bits != 0 else { return glyph }
        return "\u{1b}[\(cell.second != 0 ? 34 : 33)m\(glyph)\u{1b}[0m"
      }.joined()
    }
  }
}
