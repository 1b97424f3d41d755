import FaceCore
import Foundation

/// The words and tables of a report.
package struct ReportText {
  private let report: AccuracyReport

  package init(_ report: AccuracyReport) { self.report = report }

  private static func text(_ value: Double?, _ format: String = "%.3f") -> String {
    value.map { String(format: format, $0) } ?? "–"
  }

  /// A figure's name, how it is read from a clip and from a summary.
  private struct Column: Sendable {
    var name: String
    var format: String
    var clip: @Sendable (ClipScore) -> Double?
    var mean: @Sendable (AccuracySummary) -> Double?

    init(
      _ name: String, _ format: String, _ clip: @escaping @Sendable (ClipScore) -> Double?,
      _ mean: @escaping @Sendable (AccuracySummary) -> Double?
    ) {
      self.name = name
      self.format = format
      self.clip = clip
      self.mean = mean
    }
  }

  private static let columns: [Column] = [
    Column("recall", "%.3f", \.recall, \.recall),
    Column("false", "%.4f", \.falsePresence, \.falsePresence),
    Column("rot°", "%.2f", \.rotationError, \.rotationError),
    Column("rot° raw", "%.2f", \.rotationRawError, \.rotationRawError),
    Column("r core", "%.3f", \.alignedCoreCorrelation, \.coreCorrelation),
    Column("r all", "%.3f", \.alignedCorrelation, \.correlation),
    Column("gain", "%.2f", \.coreGain, \.coreGain),
    Column("blink", "%.3f", \.blinkF1, \.blinkF1),
    Column("blink*", "%.3f", \.blinkBestF1, \.blinkBestF1),
    Column("jit°", "%.3f", \.rotationJitter, \.rotationJitter),
    Column("jit", "%.4f", \.weightJitter, \.weightJitter),
    Column("lag ms", "%.0f", { $0.lag.map { $0 * 1000 } }, { $0.lag.map { $0 * 1000 } }),
  ]

  /// Names of rows with their cells, the means last.
  private func rows(_ origin: LabelledClip.Origin, _ summary: AccuracySummary) -> [[String]] {
    let clips = report.results.filter { $0.clip.origin == origin }.map { result in
      [result.clip.name] + Self.columns.map { Self.text($0.clip(result.score), $0.format) }
    }
    return clips + [["mean"] + Self.columns.map { Self.text($0.mean(summary), $0.format) }]
  }

  /// A table for the terminal, columns aligned.
  package var terminal: String {
    report.parts.map { name, origin, summary in
      let table = [[name] + Self.columns.map(\.name)] + rows(origin, summary)
      let widths = table[0].indices.map { column in table.map { $0[column].count }.max() ?? 0 }
      return table.map { row in
        row.enumerated().map { column, cell in
          let space = String(repeating: " ", count: widths[column] - cell.count)
          return column == 0 ? cell + space : space + cell
        }.joined(separator: "  ")
      }.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// `report.md`.
  package var markdown: String {
    var lines = ["# Accuracy", ""]
    lines += ["Tracked with \(report.executor), default filters. What the figures are: docs/accuracy.md.", ""]
    for (name, origin, summary) in report.parts {
      lines += [
        origin == .session ? "## Rendered sessions, against the truth" : "## Recordings, against their labels", "",
      ]
      lines += table(["clip"] + Self.columns.map(\.name), rows(origin, summary)) + [""]
      lines += ["![correlation](correlation-\(name).svg)", "![gain](gain-\(name).svg)", ""]
      lines += ["![rotation error against yaw](rotation-by-yaw-\(name).svg)", ""]
      lines += ["### Channels", ""]
      lines += table(["channel", "correlation", "gain"], channelRows(summary)) + [""]
      let weak = report.weakChannels(summary)
      if !weak.isEmpty {
        lines += ["### Worst moments of weak channels", "", "Upper bar and number: truth; lower ones: tracked.", ""]
        for channel in weak {
          lines += ["\(channel.name):", "", "![\(channel.name)](worst-\(name)-\(channel.name).png)", ""]
        }
      }
    }
    if !report.groups.isEmpty {
      lines += ["## Groups of sessions", ""]
      lines += table(["", "sessions"] + Self.columns.map(\.name), groupRows) + ["", "![groups](groups.svg)", ""]
    }
    lines += ["## Rest and lag", ""]
    lines += ["![jitter](jitter-rotation.svg)", "![jitter](jitter-weights.svg)", "![lag](lag.svg)", ""]
    return lines.joined(separator: "\n")
  }

  private func channelRows(_ summary: AccuracySummary) -> [[String]] {
    summary.weakestChannels.reversed().map {
      [$0.name, Self.text(summary.channelCorrelation[$0.name]), Self.text(summary.channelGain[$0.name], "%.2f")]
    }
  }

  private var groupRows: [[String]] {
    report.groups.map { group in
      ["\(group.trait): \(group.value)", "\(group.summary.clips)"]
        + Self.columns.map { Self.text($0.mean(group.summary), $0.format) }
    }
  }

  private func table(_ head: [String], _ rows: [[String]]) -> [String] {
    ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
  }

  /// The few figures for people: a table with a column for sessions and one for recordings.
  package var summary: String {
    let parts = report.parts.map(\.summary)
    let head = ["figure"] + report.parts.map { "\($0.summary.clips) \($0.name)" }
    func row(_ name: String, _ format: String, _ figure: (AccuracySummary) -> Double?) -> [String] {
      [name] + parts.map { Self.text(figure($0), format) }
    }
    var rows = [
      row("frames with a face where one is reported", "%.3f", \.recall),
      row("frames without a face where one is reported", "%.4f", \.falsePresence),
      row("rotation, mean error of yaw, pitch and roll, each clip's median offset removed", "%.2f°", \.rotationError),
      row("the same, offsets left in", "%.2f°", \.rotationRawError),
      row("correlation over twelve core channels, lag removed", "%.3f", \.coreCorrelation),
      row("the same over all channels that move", "%.3f", \.correlation),
      row("blinks, F1 at the best threshold", "%.3f", \.blinkBestF1),
      row("blinks, F1 at 0.5, pooled", "%.3f", \.blinkF1),
      row("jitter at rest: rotation", "%.3f°", \.rotationJitter),
      row("jitter at rest: weights", "%.4f", \.weightJitter),
      row("lag", "%.0f ms") { $0.lag.map { $0 * 1000 } },
    ]
    rows.append(
      ["weakest channels"]
        + parts.map { summary in
          summary.weakestChannels.prefix(6)
            .map { "\($0.name) \(Self.text(summary.channelCorrelation[$0.name], "%.2f"))" }.joined(separator: ", ")
        })
    return table(head, rows).joined(separator: "\n")
  }
}
