import Accuracy
import ArgumentParser
import Foundation
import Pipeline
import Settings
import SignalFilters

/// `gurn tune SESSION`: what the filters make of a session, and which settings would do better.
struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Draws and measures what the filters make of a session, and searches better settings.",
    discussion: """
      SESSION is a video (tracked first), a track that `gurn track --no-filters --csv` wrote, or the truth of a session (a CSV with \
      a column ref_ok), to which noise as the networks make it is added. Beside a video NAME.mp4 its truth NAME.csv is used where \
      it lies there. The filters are those of the configuration; beside them stands One Euro at its paper's values.

      Example: gurn tune Sessions/demo.csv --channels eyeBlinkLeft,jawOpen,yaw --plot tune.svg
      Example: gurn tune my-face.mp4 --optimize jitter:lag --snippet tuned.yaml
      """)

  @Argument(help: "A video, a track CSV, or a truth CSV.") var session: String
  @Option(help: "The truth of a video or a track: a CSV of the same session.") var truth: String?
  @Option(help: "Which curves are drawn: blendshapes, yaw, pitch, roll, parted by commas.")
  var channels = "eyeBlinkLeft,eyeLookInLeft,browInnerUp,jawOpen,yaw"
  @Option(help: "Draws the curves into this SVG file too.") var plot: String?
  @Option(help: "Where the drawn curves begin, seconds; without it, where most happens.") var from: Double?
  @Option(help: "How many seconds are drawn.") var seconds = 8.0
  @Option(help: "What is added to a truth: network (noise as of the networks) or none.") var noise = Noise.network
  @Option(help: "The seed of the noise.") var seed: UInt64 = 1
  @Option(help: "Searches settings: jitter:lag weighs both alike, 2:1 jitter twice; also jitter or lag alone.")
  var optimize: String?
  @Option(help: "How many settings are tried for each group.") var tries = 150
  @Option(help: "Only this group is searched: lids, gaze, brows, mouth or head.") var group: String?
  @Option(help: "Where the settings that were found go, as a part of a configuration file.") var snippet = "tuned.yaml"
  @OptionGroup var networks: NetworkOptions

  enum Noise: String, ExpressibleByArgument, CaseIterable {
    case network, none
  }

  func validate() throws {
    if let from, !from.isFinite { throw ValidationError("--from \(from): must be a number of seconds") }
    guard seconds > 0, seconds <= 3600 else { throw ValidationError("--seconds \(seconds): must be above 0, to 3600") }
    guard (1...10_000).contains(tries) else { throw ValidationError("--tries \(tries): must be 1 to 10000") }
    if let optimize, SettingsSearch.Weights(optimize) == nil {
      throw ValidationError("--optimize \(optimize): must be jitter:lag, jitter, lag, or two numbers such as 2:1")
    }
    if let group, FilterGroup(rawValue: group) == nil {
      throw ValidationError(
        "--group \(group): must be one of \(FilterGroup.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    _ = try drawnChannels()
  }

  func run() throws {
    // What holds without a configuration file, unless one is named: figures can be compared only at the same settings.
    let configuration = try networks.loadConfiguration()
    let session = try load(configuration)
    guard session.frames.contains(where: \.isPresent), session.frames.count >= 20 else {
      throw CommandFailure("\(self.session): has too few frames with a face to measure filters; 20 are needed")
    }
    let measure = TuningMeasure(session)
    try draw(session, configuration.filters)
    let report = try TuningReport(session, measure: measure, configuration: configuration.filters)
    print(report.text)
    if !session.hasTruth {
      print("The truth is not known: lag is against the raw curves, rest and overshoot against smoothed ones.")
    }
    if let optimize, let weights = SettingsSearch.Weights(optimize) {
      try search(weights, session: session, measure: measure, report: report, configuration: configuration.filters)
    }
  }

  private func load(_ configuration: Configuration) throws -> TuningSession {
    if session.lowercased().hasSuffix(".csv") {
      let table = try FaceTable(csv: session)
      if let truth { return TuningSession(track: table, truth: try FaceTable(csv: truth)) }
      guard table.isReference else { return TuningSession(track: table, truth: nil) }
      return TuningSession(truth: table, noise: noise == .network ? NetworkNoise(seed: seed) : nil)
    }
    let beside = (session as NSString).deletingPathExtension + ".csv"
    var known = try truth.map { try FaceTable(csv: $0) }
    if known == nil, let table = try? FaceTable(csv: beside), table.isReference { known = table }
    let factory = try StageFactory(configuration, measuresNetworks: false)
    let stop = StopSignals()
    let track = try ClipTracker.track(session, with: try factory.makeStage(filters: false, waitsForShaders: true)) {
      if stop.isRaised { throw CommandFailure("interrupted") }
    }
    return TuningSession(track: track, truth: known)
  }

  private func drawnChannels() throws -> [TuningChannel] {
    try channels.split(separator: ",").map { name in
      guard let channel = TuningChannel(name: String(name)) else {
        throw ValidationError("--channels \(name): is no blendshape of ARKit's and none of yaw, pitch, roll")
      }
      return channel
    }
  }

  private func draw(_ session: TuningSession, _ filters: FilterBank.Configuration) throws {
    let plot = TuningPlot(
      session, channels: try drawnChannels(), published: try TuningRun.published(session.frames),
      filtered: try TuningRun.filtered(session.frames, filters), start: from, seconds: seconds)
    guard plot.times.count > 1 else {
      throw CommandFailure("--from: the session has no frames between \(from ?? 0) s and \((from ?? 0) + seconds) s")
    }
    let colours = Terminal.isInteractive
    let width = min(100, Terminal.size.columns - 2)
    for panel in plot.panels {
      let range = panel.range
      let unit = panel.channel.isAngle ? "°" : ""
      let span = String(
        format: "%.2f…%.2f\(unit), %.1f…%.1f s", range.lowerBound, range.upperBound, plot.times[0], plot.times.last!)
      print(
        "\(panel.channel.name)  \(span)  \(colours ? "\u{1b}[33mraw\u{1b}[0m \u{1b}[34mfiltered\u{1b}[0m" : "raw and filtered")"
      )
      var chart = BrailleChart(columns: width, rows: 5)
      chart.draw(panel.raw, range: range, asFirst: true)
      chart.draw(panel.filtered, range: range, asFirst: false)
      print(chart.lines(coloured: colours).joined(separator: "\n"))
    }
    print()
    guard let path = self.plot else { return }
    try write(plot.svg, to: path)
    print("\(path): the curves\n")
  }

  private func search(
    _ weights: SettingsSearch.Weights, session: TuningSession, measure: TuningMeasure, report: TuningReport,
    configuration: FilterBank.Configuration
  ) throws {
    let stop = StopSignals()
    let search = SettingsSearch(weights, tries: tries)
    let rows = report.rows.filter { group == nil || $0.group.rawValue == group }
    var progress = ProgressLine(total: rows.count * tries, unit: "tries")
    var found: [(group: FilterGroup, settings: FilterSettings)] = []
    var best = configuration
    for row in rows {
      let outcome = try search.best(
        row.group, from: configuration[row.group], session: session, measure: measure, published: row.published
      ) {
        if stop.isRaised { throw CommandFailure("interrupted; \(snippet) was not written") }
        progress.advance()
      }
      guard let outcome else { continue }
      found.append((row.group, outcome.settings))
      best[row.group] = outcome.settings
    }
    progress.finish()
    guard !found.isEmpty else {
      throw CommandFailure("\(self.session): too little rest or motion in any group to search settings")
    }
    print(try TuningReport(session, measure: measure, configuration: best).text)
    let yaml = SettingsSnippet.yaml(found)
    print(yaml)
    try write("# Found by gurn tune --optimize \(optimize ?? "").\n" + yaml, to: snippet)
    print("\(snippet): put this into ~/.config/gurn/gurn.yaml")
  }

  private func write(_ text: String, to path: String) throws {
    do { try text.write(toFile: path, atomically: true, encoding: .utf8) } catch {
      throw CommandFailure("\(path): can't be written (\(error.localizedDescription))")
    }
  }
}
