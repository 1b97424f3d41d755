import FaceCore
import Foundation

/// The report's plots, each a whole SVG file.
enum ReportPlots {
  /// One horizontal bar.
  struct Bar {
    var name: String
    var value: Double?
    var colour = SVGDrawing.blue
  }

  /// Horizontal bars over `range`, with a line at `aim` where there is one.
  static func bars(_ title: String, _ bars: [Bar], range: ClosedRange<Double>, aim: Double? = nil) -> String {
    let (left, top, row, width) = (170.0, 44.0, 16.0, 420.0)
    var drawing = SVGDrawing(width: left + width + 70, height: top + row * Double(bars.count) + 14)
    drawing.label(title, x: 10, y: 20, size: 14)
    let place = { (value: Double) in
      left + width * (min(max(value, range.lowerBound), range.upperBound) - range.lowerBound)
        / (range.upperBound - range.lowerBound)
    }
    let bottom = top + row * Double(bars.count)
    for mark in marks(range) {
      drawing.line(from: [place(mark), top - 4], to: [place(mark), bottom])
      drawing.label(String(format: "%g", mark), x: place(mark), y: top - 8, size: 10, anchor: .middle)
    }
    for (index, bar) in bars.enumerated() {
      let y = top + row * Double(index)
      drawing.label(bar.name, x: left - 8, y: y + 12, anchor: .end)
      guard let value = bar.value else { continue }
      let (from, to) = (place(min(0, value)), place(max(0, value)))
      drawing.rectangle(x: from, y: y + 2, width: max(1, to - from), height: row - 4, colour: bar.colour)
      drawing.label(String(format: "%.3g", value), x: max(from, to) + 5, y: y + 12, size: 10)
    }
    if let aim { drawing.line(from: [place(aim), top - 4], to: [place(aim), bottom], colour: SVGDrawing.orange) }
    return drawing.file
  }

  /// Round numbers in a range, about six.
  private static func marks(_ range: ClosedRange<Double>) -> [Double] {
    let rough = (range.upperBound - range.lowerBound) / 6
    let power = pow(10, floor(log10(rough)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? rough
    let first = Int((range.lowerBound / step).rounded(.up))
    let last = Int((range.upperBound / step).rounded(.down))
    return (first...max(first, last)).map { Double($0) * step }
  }

  /// Mean rotation error in bins of ten degrees of the reference's yaw, bins of at least ten frames.
  static func errorByYaw(_ errors: [(yaw: Double, error: Double)]) -> [(yaw: Double, error: Double, frames: Int)] {
    let bins = Dictionary(grouping: errors) { Int(($0.yaw / 10).rounded()) }
    return bins.filter { $0.value.count >= 10 }.sorted { $0.key < $1.key }.map {
      (Double($0.key) * 10, Statistics.mean($0.value.map(\.error)), $0.value.count)
    }
  }

  /// Rotation error against yaw: a curve over bins, with the number of frames below.
  static func rotation(_ errors: [(yaw: Double, error: Double)]) -> String {
    let bins = errorByYaw(errors)
    let (left, top, width, height) = (60.0, 44.0, 560.0, 260.0)
    var drawing = SVGDrawing(width: left + width + 30, height: top + height + 60)
    drawing.label("Rotation error (mean of three axes, offset removed) against yaw, degrees", x: 10, y: 20, size: 14)
    let highest = max(1, (bins.map(\.error).max() ?? 1).rounded(.up))
    let place = { (yaw: Double, error: Double) in
      SIMD2(left + width * (yaw + 70) / 140, top + height * (1 - error / highest))
    }
    for mark in marks(0...highest) {
      drawing.line(from: place(-70, mark), to: place(70, mark))
      drawing.label(String(format: "%g", mark), x: left - 6, y: place(0, mark).y + 4, size: 10, anchor: .end)
    }
    for yaw in stride(from: -60.0, through: 60, by: 20) {
      drawing.label("\(Int(yaw))°", x: place(yaw, 0).x, y: top + height + 16, size: 10, anchor: .middle)
    }
    for bin in bins where abs(bin.yaw) <= 70 {
      drawing.label("\(bin.frames)", x: place(bin.yaw, 0).x, y: top + height + 34, size: 8, anchor: .middle)
    }
    drawing.label("frames", x: left - 6, y: top + height + 34, size: 8, anchor: .end)
    drawing.path(bins.filter { abs($0.yaw) <= 70 }.map { place($0.yaw, $0.error) }, colour: SVGDrawing.blue)
    return drawing.file
  }

  /// Bars of one figure for each clip: sessions blue, recordings orange.
  static func clips(_ title: String, _ results: [ClipResult], _ figure: (ClipScore) -> Double?) -> String {
    let bars = results.map {
      Bar(
        name: $0.clip.name, value: figure($0.score),
        colour: $0.clip.origin == .session ? SVGDrawing.blue : SVGDrawing.orange)
    }
    let values = bars.compactMap(\.value) + [0]
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    return self.bars(title, bars, range: low...max(high, low + 1e-6))
  }
}
