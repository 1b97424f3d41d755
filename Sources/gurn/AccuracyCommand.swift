import Accuracy
import ArgumentParser
import FaceGenerator
import Foundation
import Pipeline
import Settings

/// `gurn accuracy`: tracks clips with known truth and reports how good the tracking is.
struct AccuracyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy",
    abstract: "Tracks clips with known truth and reports how good the tracking is.",
    discussion: """
      Sessions: those of --sessions; otherwise the ten of `gurn generate --session-set`, rendered into the cache once where the \
      generator's assets are; otherwise the three that ship with Gurn. Recordings: those of --clips with labels in its folder \
      labels, where it is there. The report is written into --out: report.md, report.json, plots, worst moments.
      """)

  @Option(help: "The folder of the report.") var out = "accuracy-report"
  @Option(help: "Only clips whose names fit: patterns with * and ?, parted by commas.") var only: String?
  @Option(help: "A folder with sessions: NAME.mp4 and NAME.csv.") var sessions: String?
  @Option(help: "A folder with recordings: NAME.mp4 and labels/NAME.csv; \"none\" measures none.")
  var clips: String?
  @Option(help: "The folder that holds the generator's assets.") var assets = "../shared/assets"
  @Option(help: "Where rendered sessions are kept instead of $XDG_CACHE_HOME/gurn/accuracy.") var cache: String?
  @Option(help: "Rewrite the part between <!-- accuracy --> and <!-- /accuracy --> of this Markdown file.")
  var summary: String?
  @OptionGroup var networks: NetworkOptions

  private static let usualClips = "../shared/clips"

  func run() throws {
    // What holds without a configuration file: figures can be compared only where settings are the same.
    let configuration = networks.config == nil ? networks.applied(to: .default) : try networks.loadConfiguration()
    let factory = try StageFactory(configuration, measuresNetworks: false)
    let list = (try ClipList.sessions(sessionFolder()) + recordings()).filter { ClipList.isWanted($0.name, by: only) }
    guard !list.isEmpty else {
      throw CommandFailure(only.map { "--only \($0): no clip has such a name" } ?? "there are no clips with labels")
    }
    let (results, executor) = try measure(list, with: factory)
    let report = AccuracyReport(results, executor: executor)
    try report.write(to: out)
    if let summary { try SummaryFile.rewrite(summary, with: ReportText(report).summary) }
    print(ReportText(report).terminal)
    print("\n\(out)/report.md")
  }

  private func measure(
    _ clips: [LabelledClip], with factory: StageFactory
  ) throws -> (results: [ClipResult], executor: String) {
    // Read before the first clip is tracked: a broken one is told at once.
    let references = try clips.map { try FaceTable(csv: $0.labels) }
    let stop = StopSignals()
    var progress = ProgressLine(total: max(1, references.map(\.times.count).reduce(0, +)), unit: "frames")
    var results: [ClipResult] = []
    var executor = ""
    for (clip, reference) in zip(clips, references) {
      let stage = try factory.makeStage(filters: true, waitsForShaders: true)
      executor = stage.executor
      let track = try ClipTracker.track(clip.video, with: stage) {
        if stop.isRaised { throw CommandFailure("interrupted; no report was written") }
        progress.advance()
      }
      results.append(ClipResult(clip, reference: reference, track: track))
    }
    progress.finish()
    return (results, executor)
  }

  /// The folder of the sessions to measure, after rendering them where that is wanted and possible.
  private func sessionFolder() throws -> String {
    if let sessions { return sessions }
    guard FileManager.default.fileExists(atPath: assets + "/ict_facekit/meta.json") else {
      FileHandle.standardError.write(
        Data("\(assets): no assets to render the ten sessions with; measuring the three that ship\n".utf8))
      let shipped = try ResourceFolders.find("Sessions/sessions.csv", installed: "sessions/sessions.csv")
      return (shipped as NSString).deletingLastPathComponent
    }
    let folder = cacheFolder + "/sessions"
    if !SessionWriter.isComplete(SessionPlan.report, folder: folder) {
      try SessionWriter(FaceAssets(folder: assets)).writeSet(SessionPlan.report, folder: folder)
    }
    return folder
  }

  private var cacheFolder: String {
    if let cache { return cache }
    let environment = ProcessInfo.processInfo.environment
    let base = environment["XDG_CACHE_HOME"].flatMap { $0.isEmpty ? nil : $0 }
    return (base ?? NSHomeDirectory() + "/.cache") + "/gurn/accuracy"
  }

  private func recordings() throws -> [LabelledClip] {
    if clips == "none" { return [] }
    if let clips { return try ClipList.recordings(clips) }
    return FileManager.default.fileExists(atPath: Self.usualClips + "/labels")
      ? try ClipList.recordings(Self.usualClips) : []
  }
}
