import Foundation

/// A comparison for people: a few lines, a sketch for the terminal, and a plot as SVG.
package struct ComparisonReport {
  private let comparison: TrackComparison
  private static let bars = Array("▁▂▃▄▅▆▇█")

  package init(_ comparison: TrackComparison) { self.comparison = comparison }

  /// The report's lines; `columns` is how wide the sketch may be.
  package func lines(columns: Int = 72) -> [String] {
    var lines: [String] = []
    let rows = comparison.expected.times.count
    lines.append(
      "\(rows) frames expected, \(comparison.actual.times.count) tracked; "
        + (comparison.holds ? "they agree within the tolerance" : "they DIFFER"))
    if comparison.missingRows + comparison.extraRows > 0 {
      lines.append(
        "rows      \(comparison.missingRows) expected ones are missing, \(comparison.extraRows) were not expected")
    }
    lines.append(presence)
    if let worst = comparison.channels.first {
      lines.append(describe(worst))
      lines.append("")
      lines.append("channel                worst    rms     tolerance  at frame")
      lines += comparison.channels.prefix(5).map(line)
    }
    lines.append("")
    lines.append("difference over time, as a share of the tolerance (█ is 1 and more):")
    lines.append(sketch(columns: columns))
    return lines
  }

  /// The worst channel's two curves, and the largest difference of all channels over time; a whole SVG file.
  package var plot: String {
    let (left, width, height) = (60.0, 840.0, 170.0)
    var drawing = SVGDrawing(width: left + width + 30, height: 2 * height + 130)
    guard let worst = comparison.channels.first else { return drawing.file }
    let curves = comparison.curves(of: worst)
    let values = (curves.expected + curves.actual).filter(\.isFinite)
    let (low, high) = (min(values.min() ?? 0, 0), max(values.max() ?? 1, worst.unit.isEmpty ? 1 : 5))
    drawing.label("\(worst.name): expected (grey) and tracked (blue)", x: 10, y: 20, size: 14)
    let upper = Frame(comparison.expected.times, low...high, x: left, y: 36, width: width, height: height)
    upper.draw(&drawing)
    upper.curve(curves.expected, &drawing, SVGDrawing.grey)
    upper.curve(curves.actual, &drawing, SVGDrawing.blue)
    let top = 36 + height + 50
    drawing.label(
      "largest difference of any channel as a share of its tolerance; the line is the tolerance", x: 10, y: top - 12,
      size: 14)
    let most = max(1.25, min(comparison.shares.max() ?? 1, 20))
    let lower = Frame(comparison.expected.times, 0...most, x: left, y: top, width: width, height: height)
    lower.draw(&drawing)
    lower.curve(comparison.shares.map { min($0, most) }, &drawing, SVGDrawing.blue)
    drawing.line(from: lower.place(0, 1), to: lower.place(lower.lastTime, 1), colour: SVGDrawing.orange)
    return drawing.file
  }

  private var presence: String {
    let rows = comparison.presenceRows
    let places = rows.prefix(8).map(String.init).joined(separator: ", ")
    return "face      "
      + (rows.isEmpty
        ? "found and lost at the same frames"
        : "differs in \(rows.count) frames (\(comparison.tolerance.presenceFrames) may): \(places)\(rows.count > 8 ? ", …" : "")")
  }

  private func describe(_ channel: TrackComparison.Channel) -> String {
    let curves = comparison.curves(of: channel)
    guard channel.worst > 0 else { return "worst     no channel differs at all" }
    let unit = channel.unit
    let time = comparison.expected.times[channel.row]
    return String(
      format: "worst     %@ by %.5f%@ at frame %d (%.3f s): expected %.3f%@, tracked %.3f%@",
      channel.name as NSString, channel.worst, unit as NSString, channel.row, time, curves.expected[channel.row],
      unit as NSString, curves.actual[channel.row], unit as NSString)
  }

  private func line(_ channel: TrackComparison.Channel) -> String {
    let mark = channel.worst > channel.tolerance ? "  ✗" : ""
    return channel.name.padding(toLength: 20, withPad: " ", startingAt: 0)
      + String(format: "%8.5f %8.5f %8.3f %9d", channel.worst, channel.rms, channel.tolerance, channel.row) + mark
  }

  private func sketch(columns: Int) -> String {
    let shares = comparison.shares
    guard !shares.isEmpty else { return "" }
    let width = min(max(columns, 1), shares.count)
    return String(
      (0..<width).map { column in
        let part = shares[
          column * shares.count / width..<max((column + 1) * shares.count / width, column * shares.count / width + 1)]
        return Self.bars[min(Self.bars.count - 1, Int(min(part.max() ?? 0, 1) * Double(Self.bars.count - 1)))]
      })
  }
}

/// A plot's area: time to the right, values up.
private struct Frame {
  let times: [Double]
  let range: ClosedRange<Double>
  let x, y, width, height: Double
  var lastTime: Double { max(times.last ?? 1, 1e-6) }

  init(_ times: [Double], _ range: ClosedRange<Double>, x: Double, y: Double, width: Double, height: Double) {
    (self.times, self.range, self.x, self.y, self.width, self.height) = (times, range, x, y, width, height)
  }

  func place(_ time: Double, _ value: Double) -> SIMD2<Double> {
    let share = (value - range.lowerBound) / max(range.upperBound - range.lowerBound, 1e-9)
    return SIMD2(x + width * time / lastTime, y + height * (1 - share))
  }

  func draw(_ drawing: inout SVGDrawing) {
    for mark in [range.lowerBound, (range.lowerBound + range.upperBound) / 2, range.upperBound] {
      drawing.line(from: place(0, mark), to: place(lastTime, mark))
      drawing.label(String(format: "%.3g", mark), x: x - 6, y: place(0, mark).y + 4, size: 10, anchor: .end)
    }
    for mark in 0...5 {
      let time = lastTime * Double(mark) / 5
      drawing.label(String(format: "%.1f s", time), x: place(time, 0).x, y: y + height + 16, size: 10, anchor: .middle)
    }
  }

  /// A curve, broken where a value is missing.
  func curve(_ values: [Double], _ drawing: inout SVGDrawing, _ colour: String) {
    for run in values.indices.split(whereSeparator: { !values[$0].isFinite }) where run.count > 1 {
      drawing.path(run.map { place(times[$0], values[$0]) }, colour: colour)
    }
  }
}
