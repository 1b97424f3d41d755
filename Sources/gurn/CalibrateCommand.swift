import ArgumentParser
import Capture
import FaceCore
import Foundation
import Pipeline
import RigMapping
import Settings

/// `gurn calibrate`: learns one person's face before one camera, guided, or from a recording.
struct CalibrateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "calibrate",
    abstract: "Learns your face at rest, how far your lids go, and your winks.",
    discussion: """
      Before a camera it leads through the steps; what it learns is saved for this camera and user, and gurnd uses it from its \
      next start or reload on. From a recording it finds rest, closed eyes and winks by itself, or takes them from the stretches \
      that are given, in seconds:

        gurn calibrate
        gurn calibrate --steps neutral --yes
        gurn calibrate --source me.mp4
        gurn calibrate --source me.mp4 --neutral 0-2 --closed 3-4 --wink-left 5.2-6 --out me.json
      """)

  @Option(help: "A camera (auto, a device path, part of its name) or a video file instead of the configured source.")
  var source: String?
  @Option(help: "The steps before a camera, parted by commas: neutral, turn, closed, wink-left, wink-right, maximum.")
  var steps = "neutral,turn,closed,wink-left,wink-right"
  @Flag(help: "Begins at once and leaves little time between the steps.") var yes = false
  @Option(help: "Of a recording: where the face rests, FROM-TO in seconds.", transform: Self.span) var neutral:
    TimeSpan?
  @Option(help: "Of a recording: where the face rests and the head turns to either side.", transform: Self.span)
  var turn: TimeSpan?
  @Option(help: "Of a recording: where both eyes are closed.", transform: Self.span) var closed: TimeSpan?
  @Option(help: "Of a recording: where the left eye alone is closed.", transform: Self.span) var winkLeft: TimeSpan?
  @Option(help: "Of a recording: where the right eye alone is closed.", transform: Self.span) var winkRight: TimeSpan?
  @Option(help: "Of a recording: where everything moves as far as it goes.", transform: Self.span) var maximum:
    TimeSpan?
  @Option(help: "Whose face it is; other users have other calibrations.") var user: String?
  @Option(help: "Write the calibration to this file instead of the place where gurnd looks.") var out: String?
  @Flag(help: "Keeps what was saved before for steps that are not done now.") var keep = false
  @Flag(help: "Shows what is saved, and where.") var show = false
  @Flag(help: "Forgets what is saved.") var forget = false
  @OptionGroup var networks: NetworkOptions

  private static func span(_ text: String) throws -> TimeSpan {
    guard let span = TimeSpan(argument: text) else {
      throw ValidationError("“\(text)”: a stretch is FROM-TO in seconds, such as 1.5-3")
    }
    return span
  }

  private var spans: [(kind: CalibrationCapture.Kind, span: TimeSpan)] {
    let all: [(CalibrationCapture.Kind, TimeSpan?)] = [
      (.neutral, neutral), (.turn, turn), (.closed, closed), (.winkLeft, winkLeft), (.winkRight, winkRight),
      (.maximum, maximum),
    ]
    return all.compactMap { kind, span in span.map { (kind, $0) } }
  }

  func validate() throws {
    _ = try wantedSteps()
    if out?.isEmpty == true { throw ValidationError("--out is empty: give a file") }
    if !spans.isEmpty, !isRecording {
      throw ValidationError("--\(spans[0].kind.rawValue) is a stretch of a recording: give one as --source FILE")
    }
  }

  func run() throws {
    var configuration = try networks.loadConfiguration()
    if let user { configuration.personal.user = user }
    if let source, !isRecording { configuration.source.camera = .init(source) }
    if isRecording { configuration.personal.calibration = .auto }
    let files = try PersonalFiles(configuration)
    let path = out ?? files.calibrationPath
    if show { return try tell(path) }
    if forget {
      print(try StateStore.remove(path) ? "\(path): forgotten" : "\(path): there was nothing")
      return
    }
    let old = keep ? try files.store.read(Calibration.self, from: path, log: Self.warn) ?? Calibration() : Calibration()
    var bare = configuration
    bare.personal.rig = .none
    let stage = try StageFactory(bare, measuresNetworks: false).makeStage(filters: true, waitsForShaders: true)
    let found = try isRecording ? fromRecording(stage) : fromCamera(configuration, stage)
    let calibration = old.updated(by: found)
    try StateStore.write(calibration, to: path)
    print("\(path): \(calibration.summary)")
  }

  private var isRecording: Bool {
    guard let source, !source.hasPrefix("/dev/") else { return false }
    return FileManager.default.fileExists(atPath: source) || source.contains("/") || source.contains(".")
  }

  private func wantedSteps() throws -> [CalibrationCapture.Kind] {
    let names = steps.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let kinds = names.map { CalibrationCapture.Kind(rawValue: $0) }
    if let index = kinds.firstIndex(of: nil) {
      let known = CalibrationCapture.Kind.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--steps: “\(names[index])” is no step; known: \(known)")
    }
    if kinds.isEmpty { throw ValidationError("--steps is empty: give at least neutral") }
    return kinds.map { $0! }
  }

  private func tell(_ path: String) throws {
    guard FileManager.default.fileExists(atPath: path) else {
      print("\(path): nothing is saved")
      return
    }
    print("\(path): \(try StateStore.decode(Calibration.self, at: path).summary)")
  }

  private func fromRecording(_ stage: FaceStage) throws -> Calibration {
    guard let source else { return Calibration() }
    let stop = StopSignals()
    var frames: [FaceObservation] = []
    try RecordedFrames.read(source, with: stage, until: stop) { stage, _ in
      if let face = stage.personal?.uncalibrated { frames.append(face) }
    }
    guard frames.contains(where: \.isPresent) else { throw CommandFailure("\(source): there is no face in it") }
    if spans.isEmpty { return try CalibrationFinder(frames).find() }
    var result = Calibration()
    for (kind, span) in spans {
      var capture = CalibrationCapture(kind)
      for frame in frames where span.contains(frame.time.seconds) { capture.add(frame) }
      result = result.updated(by: try capture.result(over: result))
    }
    return result
  }

  private func fromCamera(_ configuration: Configuration, _ stage: FaceStage) throws -> Calibration {
    let settings = configuration.source
    let request = CameraRequest(
      width: settings.width, height: settings.height, framesPerSecond: Double(settings.fps))
    let camera = CameraSource(name: settings.camera.text, request: request)
    let stop = StopSignals()
    let terminal = Terminal.isInteractive ? Terminal() : nil
    let outcome: (calibration: Calibration, failures: [String])
    do {
      defer { terminal?.restore() }
      let guide = CalibrationGuide(
        source: camera, stage: stage, terminal: terminal, pause: yes ? 0.5 : 3, stop: stop)
      outcome = try guide.run(wantedSteps())
    }
    for failure in outcome.failures { Self.warn(failure) }
    return outcome.calibration
  }

  private static func warn(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
