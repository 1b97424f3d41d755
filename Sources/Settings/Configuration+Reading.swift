import Broadcast
import FaceCore
import SignalFilters
import Yams

extension Configuration {
  /// Reads a configuration; keys that are missing keep their defaults.
  /// - Parameter file: the file's path, for messages and as the place that relative paths in it start from.
  /// - Throws: ``SettingsError/invalid(_:)`` with every mistake, by line and column.
  package static func parse(yaml: String, file: String) throws(SettingsError) -> Configuration {
    let log = MistakeLog(file: file)
    let configuration = read(yaml: yaml, log: log)
    guard log.mistakes.isEmpty else { throw .invalid(log.sorted) }
    return configuration
  }

  /// The configuration as far as it can be read, over the defaults or another; every mistake goes to the log.
  static func read(yaml: String, log: MistakeLog, over base: Configuration = Configuration()) -> Configuration {
    var configuration = base
    do {
      var top = Section(try Yams.compose(yaml: yaml), path: "", keyPath: "", log: log)
      readSource(&top, &configuration.source)
      readTracking(&top, &configuration.tracking)
      readFilters(&top, &configuration.filters)
      readPersonal(&top, &configuration.personal)
      if let targets = top.list("targets") {
        configuration.targets = targets.compactMap { readTarget($0, faces: configuration.tracking.maxFaces) }
      }
      readControl(&top, &configuration.control)
      readOSCQuery(&top, &configuration.oscQuery)
      readMQTT(&top, &configuration.mqtt)
      readRecording(&top, &configuration.recording)
      var models = top.section("models")
      models.path("directory", &configuration.modelsDirectory)
      models.finish()
      var logging = top.section("log")
      logging.choice("level", &configuration.logLevel)
      logging.finish()
      top.finish()
    } catch {
      log.add(syntaxMistake: error)
    }
    return configuration
  }

  private static func readSource(_ top: inout Section, _ source: inout SourceConfiguration) {
    var section = top.section("source")
    var camera = source.camera.text
    section.text("camera", &camera)
    source.camera = SourceConfiguration.Camera(camera)
    section.path("file", &source.file)
    section.flag("loop", &source.loop)
    section.integer("width", &source.width, in: 64...8192)
    section.integer("height", &source.height, in: 64...8192)
    section.integer("fps", &source.fps, in: 1...240)
    if let name = section.choice("fourcc", of: ["auto"] + SourceConfiguration.fourccs) {
      source.fourcc = name == "auto" ? nil : name
    }
    readAutomatic(&section, "exposure", &source.exposure, in: 0.1...10_000, unit: "milliseconds ")
    readAutomatic(&section, "gain", &source.gain, in: -1_000_000...1_000_000, unit: "")
    section.choice("power_line", &source.powerLine)
    section.integers("controls", &source.controls)
    if let turn = section.choice("rotate", of: ["0", "90", "180", "270"]) { source.rotateDegrees = Int(turn) ?? 0 }
    section.flag("mirror", &source.mirror)
    section.finish()
  }

  private static func readAutomatic(
    _ section: inout Section, _ key: String, _ value: inout SourceConfiguration.Automatic,
    in range: ClosedRange<Double>,
    unit: String
  ) {
    switch section.number(key, or: ["keep", "auto"], in: range, unit: unit) {
    case nil: break
    case .name("auto"): value = .auto
    case .name: value = .keep
    case .number(let number): value = .value(number)
    }
  }

  private static func readTracking(_ top: inout Section, _ tracking: inout TrackingConfiguration) {
    var section = top.section("tracking")
    section.choice("executor", &tracking.executor)
    section.choice("networks", &tracking.networks)
    section.integer("max_faces", &tracking.maxFaces, in: 1...FaceNumber.most)
    section.number("detect_hz", &tracking.detectHz, in: 0.1...60)
    section.number("idle_after_seconds", &tracking.idleAfterSeconds, in: 1...86400)
    section.number("idle_detect_hz", &tracking.idleDetectHz, in: 0.1...60)
    section.number("idle_fps", &tracking.idleFPS, in: 0.5...240)
    section.flag("sleep_unheard", &tracking.sleepsUnheard)
    section.number("presence_on", &tracking.presenceOn, in: 0...1)
    section.number("presence_off", &tracking.presenceOff, in: 0...1)
    if tracking.presenceOff >= tracking.presenceOn {
      let key = section.has("presence_off") ? "presence_off" : "presence_on"
      section.refuse(
        key, "presence_off (\(tracking.presenceOff)) has to lie below presence_on (\(tracking.presenceOn))")
    }
    section.finish()
  }

  private static func readRecording(_ top: inout Section, _ recording: inout RecordingConfiguration) {
    var section = top.section("recording")
    section.flag("at_start", &recording.atStart)
    section.path("directory", &recording.directory)
    section.flag("video", &recording.video)
    section.flag("raw", &recording.raw)
    section.flag("filtered", &recording.filtered)
    section.flag("mapped", &recording.mapped)
    section.number("part_minutes", &recording.partMinutes, in: 0...100_000)
    section.integer("part_megabytes", &recording.partMegabytes, in: 0...1_000_000)
    section.integer("keep_parts", &recording.keepParts, in: 0...1_000_000)
    section.finish()
  }
}

extension MistakeLog {
  /// Notes a text that is no YAML, or a key given twice.
  func add(syntaxMistake error: any Error) {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _) where problem.contains("cannot start any token"):
      add("this is not YAML (\(problem)); indent with spaces, not tabs, and quote texts with special signs", at: mark)
    case YamlError.scanner(let context, let problem, let mark, _),
      YamlError.parser(let context, let problem, let mark, _),
      YamlError.composer(let context, let problem, let mark, _):
      let place = context.map { " \($0.text) from line \($0.mark.line), column \($0.mark.column)" } ?? ""
      add("this is not YAML: \(problem)\(place); check the indentation and colons here", at: mark)
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { "'\($0)'" }.joined(separator: ", ")
      add("the same section has \(names) more than once; keep one", at: context.mark)
    default:
      add("this is not YAML: \(error); write UTF-8 text without control characters", at: nil)
    }
  }
}
