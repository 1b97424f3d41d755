import Foundation
import SignalFilters

/// The figures of a session's filters beside those of the raw curves and of One Euro as published.
package struct TuningReport: Sendable {
  /// One group's line.
  package struct Row: Sendable {
    package var group: FilterGroup
    package var raw, published, filtered: GroupFigures

    /// Jitter and lag as shares of the published filter's.
    package var jitterShare: Double? { Self.share(filtered.jitter, published.jitter) }
    package var lagShare: Double? { Self.share(filtered.lagMilliseconds.map { max(0, $0) }, published.lagMilliseconds) }

    /// Half the jitter at no more lag, or half the lag at no more jitter; nil where a figure is missing.
    package var isTwiceAsGood: Bool? {
      guard let jitterShare, let lagShare else { return nil }
      return jitterShare <= 0.5 && lagShare <= 1 || lagShare <= 0.5 && jitterShare <= 1
    }

    private static func share(_ value: Double?, _ unit: Double?) -> Double? {
      guard let value, let unit, unit > 0 else { return nil }
      return value / unit
    }
  }

  package var rows: [Row]
  /// The rms difference of weights between frame rates; see ``TuningRun/rateDependence(_:_:)``.
  package var rateDependence: Double

  /// Measures a session.
  ///
  /// - Throws: ``SignalFilterError`` for a setting that is out of its range.
  package init(
    _ session: TuningSession, measure: TuningMeasure, configuration: FilterBank.Configuration
  ) throws(SignalFilterError) {
    let filtered = try TuningRun.filtered(session.frames, configuration)
    let published = try TuningRun.published(session.frames)
    rows = FilterGroup.allCases.map { group in
      Row(
        group: group, raw: measure.figures(group, session.raw), published: measure.figures(group, published),
        filtered: measure.figures(group, filtered))
    }
    rateDependence = try TuningRun.rateDependence(session, configuration)
  }

  /// The table for a terminal.
  package var text: String {
    let head = """
      jitter: rms change a frame at rest; lag: ms; overshoot: % of the channel's range
      One Euro: at its paper's values, min cutoff 1.0, beta 0.007, derivative cutoff 1.0 (head in radians)

                jitter                           lag                     overshoot                jitter  lag
      group     raw       One Euro  Gurn         raw   One Euro  Gurn    raw   One Euro  Gurn     ratio   ratio

      """
    let lines = rows.map { row in
      [
        row.group.rawValue.padding(8), jitter(row.raw, row.group), jitter(row.published, row.group),
        jitter(row.filtered, row.group), "", lag(row.raw, 5), lag(row.published, 9), lag(row.filtered, 7),
        overshoot(row.raw, 5), overshoot(row.published, 9), overshoot(row.filtered, 8), ratio(row.jitterShare),
        ratio(row.lagShare), verdict(row),
      ].joined(separator: " ")
    }
    let rate = String(
      format: "frame rate: weights at 15, 30, 30 with gaps and 60 a second differ by %.4f rms\n", rateDependence)
    return head + lines.joined(separator: "\n") + "\n\n" + rate
  }

  private func verdict(_ row: Row) -> String {
    switch row.isTwiceAsGood {
    case true?:
      (row.jitterShare ?? 1) <= 0.5 ? "half the jitter at no more lag" : "half the lag at no more jitter"
    case false?: "less than twice as good"
    case nil: "too little rest or motion to tell"
    }
  }

  private func jitter(_ figures: GroupFigures, _ group: FilterGroup) -> String {
    figures.jitter.map { group == .head ? String(format: "%.4f°", $0) : String(format: "%.5f", $0) }.shown(9)
  }

  private func lag(_ figures: GroupFigures, _ width: Int) -> String {
    figures.lagMilliseconds.map { String(format: "%.1f", $0) }.shown(width)
  }

  private func overshoot(_ figures: GroupFigures, _ width: Int) -> String {
    figures.overshoot.map { String(format: "%.1f", $0 * 100) }.shown(width)
  }

  private func ratio(_ share: Double?) -> String { share.map { String(format: "%.2f", $0) }.shown(7) }
}

extension String? {
  /// The text, or a dash, filled up with spaces.
  fileprivate func shown(_ width: Int) -> String { (self ?? "–").padding(width) }
}

extension String {
  fileprivate func padding(_ width: Int) -> String { padding(toLength: max(width, count), withPad: " ", startingAt: 0) }
}
