import FaceCore
import Foundation

/// Everything that was measured, and its files: `report.md`, `report.json`, plots, worst moments.
package struct AccuracyReport: Sendable {
  package let results: [ClipResult]
  /// What ran the networks, for people.
  package let executor: String
  /// Means over the rendered sessions and over the recordings, nil where there are none.
  package let sessions: AccuracySummary?
  package let recordings: AccuracySummary?
  package let groups: [AccuracyGroup]

  package init(_ results: [ClipResult], executor: String) {
    self.results = results
    self.executor = executor
    func summary(_ origin: LabelledClip.Origin) -> AccuracySummary? {
      let scores = results.filter { $0.clip.origin == origin }.map(\.score)
      return scores.isEmpty ? nil : AccuracySummary(scores)
    }
    sessions = summary(.session)
    recordings = summary(.recording)
    groups = AccuracyGroup.all(results.filter { $0.clip.origin == .session })
  }

  /// Channels whose worst moments are shown: below 0.8, at most ten, the weakest first.
  package func weakChannels(_ summary: AccuracySummary) -> [Blendshape] {
    Array(summary.weakestChannels.filter { (summary.channelCorrelation[$0.name] ?? 1) < 0.8 }.prefix(10))
  }

  /// Summaries with the word that file names and headings carry.
  package var parts: [(name: String, origin: LabelledClip.Origin, summary: AccuracySummary)] {
    let sessions = sessions.map { ("sessions", LabelledClip.Origin.session, $0) }
    return [sessions, recordings.map { ("recordings", .recording, $0) }].compactMap { $0 }
  }

  /// Writes all files into `folder`, which is made where it is not there; older files of the same names are replaced.
  package func write(to folder: String) throws {
    do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
      throw AccuracyError.unwritable(path: folder, fault: "can't be made (\(error.localizedDescription))")
    }
    for (name, origin, summary) in parts {
      try writePlots(name, summary, results.filter { $0.clip.origin == origin }, folder)
    }
    try save(
      ReportPlots.clips("Rotation jitter while the face rests, degrees", results, \.rotationJitter),
      "jitter-rotation.svg", folder)
    try save(
      ReportPlots.clips("Weight jitter while the face rests", results, \.weightJitter), "jitter-weights.svg", folder)
    try save(ReportPlots.clips("Lag, milliseconds", results) { $0.lag.map { $0 * 1000 } }, "lag.svg", folder)
    if !groups.isEmpty { try save(groupPlot, "groups.svg", folder) }
    try WorstMoments(self).write(to: folder)
    try save(ReportText(self).markdown, "report.md", folder)
    try save(json(), "report.json", folder)
  }

  private func writePlots(
    _ name: String, _ summary: AccuracySummary, _ results: [ClipResult], _ folder: String
  ) throws {
    let channels = Blendshape.allCases.filter { summary.channelCorrelation[$0.name] != nil }
    let bars = { (values: [String: Double]) in
      channels.map { ReportPlots.Bar(name: $0.name, value: values[$0.name]) }
    }
    try save(
      ReportPlots.bars(
        "Correlation by channel, lag removed: \(name)", bars(summary.channelCorrelation), range: -0.2...1, aim: 0.8),
      "correlation-\(name).svg", folder)
    try save(
      ReportPlots.bars("Gain by channel: \(name)", bars(summary.channelGain), range: -0.2...1.6, aim: 1),
      "gain-\(name).svg", folder)
    try save(ReportPlots.rotation(results.flatMap(\.rotationErrors)), "rotation-by-yaw-\(name).svg", folder)
  }

  private var groupPlot: String {
    let bars = groups.map { ReportPlots.Bar(name: "\($0.trait): \($0.value)", value: $0.summary.coreCorrelation) }
    return ReportPlots.bars("Core correlation by group, sessions", bars, range: 0...1)
  }

  private struct File: Encodable {
    struct Clip: Encodable {
      var name: String
      var origin: LabelledClip.Origin
      var traits: [String: String]
      var score: ClipScore
    }

    var executor: String
    var sessions: AccuracySummary?
    var recordings: AccuracySummary?
    var groups: [AccuracyGroup]
    var clips: [Clip]
  }

  /// All figures as JSON; what a clip says nothing about is left out.
  package func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let clips = results.map {
      File.Clip(name: $0.clip.name, origin: $0.clip.origin, traits: $0.clip.traits, score: $0.score)
    }
    let file = File(executor: executor, sessions: sessions, recordings: recordings, groups: groups, clips: clips)
    return String(decoding: try encoder.encode(file), as: UTF8.self) + "\n"
  }

  private func save(_ text: String, _ name: String, _ folder: String) throws {
    let path = folder + "/" + name
    do { try text.write(toFile: path, atomically: true, encoding: .utf8) } catch {
      throw AccuracyError.unwritable(path: path, fault: "can't be written (\(error.localizedDescription))")
    }
  }
}
