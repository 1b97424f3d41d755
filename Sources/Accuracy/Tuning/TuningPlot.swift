import Foundation

/// Raw against filtered curves of some channels over a span of time.
package struct TuningPlot: Sendable {
  /// One channel's curves, each over ``TuningPlot/times``.
  package struct Panel: Sendable {
    package var channel: TuningChannel
    package var raw, published, filtered: [Double]
    /// Empty where the truth is not known.
    package var truth: [Double]

    /// The lowest and highest value of what is drawn, apart by something.
    package var range: ClosedRange<Double> {
      let all = (raw + filtered + truth).filter(\.isFinite)
      let (low, high) = (all.min() ?? 0, all.max() ?? 1)
      return low...max(high, low + (channel.isAngle ? 1 : 0.05))
    }
  }

  package let times: [Double]
  package let panels: [Panel]

  /// The channels between `start` and `end`, seconds; without a start, where most happens.
  package init(
    _ session: TuningSession, channels: [TuningChannel], published: TuningCurves, filtered: TuningCurves,
    start: Double?, seconds: Double
  ) {
    let begin = start ?? Self.liveliest(session, channels, seconds: seconds)
    let span = session.times.indices.filter { (begin...begin + seconds).contains(session.times[$0]) }
    let range = (span.first ?? 0)..<((span.last ?? -1) + 1)
    times = Array(session.times[range])
    panels = channels.map { channel in
      Panel(
        channel: channel, raw: Array(session.raw[channel][range]), published: Array(published[channel][range]),
        filtered: Array(filtered[channel][range]),
        truth: session.hasTruth ? Array(session.reference[channel][range]) : [])
    }
  }

  /// The start of the span with the most movement for its channels' size.
  private static func liveliest(_ session: TuningSession, _ channels: [TuningChannel], seconds: Double) -> Double {
    let times = session.times
    var movement = [Double](repeating: 0, count: times.count)
    for channel in channels {
      let curve = session.reference[channel]
      let unit = max(Statistics.deviation(curve), channel.leastDeviation)
      for frame in curve.indices.dropFirst() {
        let change = abs(curve[frame] - curve[frame - 1]) / unit
        if change.isFinite { movement[frame] += change }
      }
    }
    var (sum, first) = (0.0, 0)
    var best = (sum: -1.0, start: times.first ?? 0)
    for frame in times.indices {
      sum += movement[frame]
      while times[frame] - times[first] > seconds {
        sum -= movement[first]
        first += 1
      }
      if sum > best.sum + 1e-9 { best = (sum, times[first]) }
    }
    return best.start
  }

  /// The plot as an SVG file.
  package var svg: String {
    let (left, top, width, height, gap) = (60.0, 60.0, 1100.0, 150.0, 36.0)
    var drawing = SVGDrawing(width: left + width + 20, height: top + (height + gap) * Double(panels.count))
    let legend = [
      ("raw", SVGDrawing.orange), ("One Euro, published", SVGDrawing.green), ("Gurn", SVGDrawing.blue),
      ("truth", SVGDrawing.grey),
    ]
    for (index, entry) in legend.enumerated() {
      let x = left + 170 * Double(index)
      drawing.line(from: [x, 20], to: [x + 24, 20], colour: entry.1)
      drawing.label(entry.0, x: x + 30, y: 24)
    }
    guard let first = times.first, let last = times.last, last > first else { return drawing.file }
    for (index, panel) in panels.enumerated() {
      let base = top + (height + gap) * Double(index)
      let range = panel.range
      let place = { (time: Double, value: Double) in
        SIMD2(
          left + width * (time - first) / (last - first),
          base + height * (1 - (value - range.lowerBound) / (range.upperBound - range.lowerBound)))
      }
      drawing.label(panel.channel.name + (panel.channel.isAngle ? ", degrees" : ""), x: left, y: base - 6, size: 13)
      for value in [range.lowerBound, range.upperBound] {
        drawing.line(from: place(first, value), to: place(last, value))
        drawing.label(String(format: "%.2f", value), x: left - 6, y: place(first, value).y + 4, size: 10, anchor: .end)
      }
      for second in Int(first.rounded(.up))...Int(last) where index == panels.count - 1 {
        drawing.label("\(second) s", x: place(Double(second), 0).x, y: base + height + 16, size: 10, anchor: .middle)
      }
      let curves = [
        (panel.truth, SVGDrawing.grey, 3.0), (panel.raw, SVGDrawing.orange, 1), (panel.published, SVGDrawing.green, 1),
        (panel.filtered, SVGDrawing.blue, 2),
      ]
      for (values, colour, stroke) in curves {
        for run in Self.runs(times, values) {
          drawing.path(run.map { place($0.0, $0.1) }, colour: colour, width: stroke)
        }
      }
    }
    return drawing.file
  }

  /// The parts of a curve between gaps.
  private static func runs(_ times: [Double], _ values: [Double]) -> [[(Double, Double)]] {
    var runs: [[(Double, Double)]] = [[]]
    for (time, value) in zip(times, values) {
      if value.isFinite {
        runs[runs.count - 1].append((time, value))
      } else if !runs[runs.count - 1].isEmpty {
        runs.append([])
      }
    }
    return runs.filter { $0.count > 1 }
  }
}
