/// A linear map along one axis: result i is Σₜ `weights`[i, t] · source[`indices`[i, t]], or `fill` where index 0 is −1.
///
/// Padding and resizing are such maps; executors know nothing else of them.
package struct AxisTable: Sendable, Equatable {
  /// Elements of the source and of the result along the axis.
  package var split: AxisSplit
  package var length: Int
  /// Source elements for one of the result.
  package var taps: Int
  /// [result][tap]; taps that are not needed have weight 0 and repeat an index.
  package var indices: [Int]
  package var weights: [Float]
  package var fill: Float

  /// A map whose results each have a list of (index, weight); an empty one gives `fill`.
  init(split: AxisSplit, fill: Float, _ rows: [[(index: Int, weight: Double)]]) {
    self.split = split
    self.fill = fill
    length = rows.count
    taps = max(rows.map(\.count).max() ?? 1, 1)
    indices = []
    weights = []
    for row in rows {
      for tap in 0..<taps {
        indices.append(tap < row.count ? row[tap].index : row.first?.index ?? -1)
        weights.append(tap < row.count ? Float(row[tap].weight) : 0)
      }
    }
  }
}

/// A tensor made longer along one axis.
package struct Padding: Sendable, Equatable {
  /// What stands in the new places.
  package enum Mode: UInt8, CaseIterable, Sendable {
    case constant
    /// The nearest element.
    case edge
    /// The elements seen in a mirror that stands on the first and on the last one.
    case reflect
    /// The elements from the other end.
    case wrap
  }

  package var split: AxisSplit
  /// Elements added before the first, 0 or more.
  package var before: Int
  /// Elements added after the last, 0 or more.
  package var after: Int
  package var mode: Mode
  /// For ``Mode/constant``.
  package var value: Float

  package init(split: AxisSplit, before: Int, after: Int, mode: Mode, value: Float) {
    self.split = split
    self.before = before
    self.after = after
    self.mode = mode
    self.value = value
  }

  /// The length of the result along the axis.
  package var length: Int { before + split.length + after }

  /// The same as a linear map.
  package var table: AxisTable {
    AxisTable(
      split: split, fill: value, (0..<length).map { source(of: $0 - before).map { [(index: $0, weight: 1)] } ?? [] })
  }

  private func source(of position: Int) -> Int? {
    let length = split.length
    if (0..<length).contains(position) { return position }
    switch mode {
    case .constant: return nil
    case .edge: return position < 0 ? 0 : length - 1
    case .wrap: return (position % length + length) % length
    case .reflect:
      guard length > 1 else { return 0 }
      let period = 2 * (length - 1)
      let phase = (position % period + period) % period
      return min(phase, period - phase)
    }
  }
}
