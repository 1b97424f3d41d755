import ArgumentParser
import Capture
import FaceCore
import Foundation
import NeuralGraph
import Pipeline
import RigMapping
import Settings

/// `gurn teach NAME`: an expression becomes a trigger.
struct TeachCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "teach",
    abstract: "Teaches an expression or a gesture of the face as a trigger.",
    discussion: """
      It looks for some seconds at your face at rest, once, then at the expression; from then on a trigger of that name says from \
      0 to 1 how much you look like that. Triggers are compared with each other: teach those that are easily mistaken, too. The \
      name "rest" teaches the rest anew.

        gurn teach angry
        gurn teach angry --source me.mp4 --during 2-4     the rest of the recording is the face at rest
        gurn teach --list
        gurn teach --test --source me.mp4                 what the triggers say of a recording
        gurn teach --forget angry
      """)

  @Argument(help: "The trigger's name: letters, digits, _ and -.") var name: String?
  @Option(help: "A camera or a video file instead of the configured source.") var source: String?
  @Option(help: "Of a recording: where the expression is shown, FROM-TO in seconds.", transform: Self.span)
  var during: TimeSpan?
  @Option(help: "How many seconds are looked at.") var seconds = 3.0
  @Flag(help: "Lists what was taught.") var list = false
  @Flag(help: "Shows what the triggers say: one line every fifth of a second.") var test = false
  @Option(help: "Forgets a trigger.") var forget: String?
  @Option(help: "Whose triggers; other users have others.") var user: String?
  @Option(help: "The file of the triggers instead of the user's.") var file: String?
  @OptionGroup var networks: NetworkOptions

  private static func span(_ text: String) throws -> TimeSpan {
    guard let span = TimeSpan(argument: text) else {
      throw ValidationError("“\(text)”: a stretch is FROM-TO in seconds, such as 1.5-3")
    }
    return span
  }

  func validate() throws {
    let tasks = [name != nil, list, test, forget != nil].filter { $0 }.count
    guard tasks == 1 else { throw ValidationError("say one thing: a NAME to teach, --list, --test or --forget NAME") }
    if let name, !TriggerLibrary.isValid(name: name) {
      throw ValidationError("“\(name)”: a trigger's name is 1 to 40 letters, digits, _ or -")
    }
    guard seconds > 0, seconds <= 600 else { throw ValidationError("--seconds \(seconds): above 0 and at most 600") }
    if name != nil, isRecording, during == nil {
      throw ValidationError("say where in the recording the expression is shown: --during FROM-TO")
    }
  }

  func run() throws {
    var configuration = try networks.loadConfiguration()
    if let user { configuration.personal.user = user }
    if let source, !isRecording { configuration.source.camera = .init(source) }
    let files = try PersonalFiles(configuration)
    let path = file ?? files.triggerPath
    let warn = { (text: String) in FileHandle.standardError.write(Data("\(text)\n".utf8)) }
    var library = try files.store.read(TriggerLibrary.self, from: path, log: warn) ?? TriggerLibrary()
    if list { return tell(library, path) }
    if let forget {
      guard library.forget(forget) else {
        throw CommandFailure("\(forget) was not taught; there is \(library.names.joined(separator: ", "))")
      }
      try StateStore.write(library, to: path)
      return print("\(path): \(forget) is forgotten")
    }
    var factory = try StageFactory(configuration, measuresNetworks: false)
    factory.triggers = library
    if !isRecording { factory.calibration = try files.calibration(log: warn) }
    let stage = try factory.makeStage(filters: true, waitsForShaders: true)
    if test { return try watch(stage, configuration, names: library.names) }
    try teach(name ?? "", stage, configuration, &library)
    try StateStore.write(library, to: path)
    tell(library, path)
  }

  private var isRecording: Bool {
    guard let source, !source.hasPrefix("/dev/") else { return false }
    return FileManager.default.fileExists(atPath: source) || source.contains("/") || source.contains(".")
  }

  private func tell(_ library: TriggerLibrary, _ path: String) {
    let names = library.names.map { "\($0) (\(library.count(of: $0)) examples)" }
    print("\(path): \(names.isEmpty ? "nothing was taught" : names.joined(separator: ", "))")
  }

  private func teach(
    _ name: String, _ stage: FaceStage, _ configuration: Configuration, _ library: inout TriggerLibrary
  ) throws {
    var (shown, rest) = (TriggerRecording(), TriggerRecording())
    if let source, isRecording, let during {
      try RecordedFrames.read(source, with: stage, until: StopSignals()) { stage, result in
        guard let bank = stage.personal?.triggers else { return }
        let time = result.filtered.time.seconds
        // What lies close to the stretch's ends is neither.
        if during.contains(time) {
          shown.add(bank)
        } else if time < during.from - 0.4 || time > during.to + 0.4 {
          rest.add(bank)
        }
      }
    } else {
      let stop = StopSignals()
      let camera = CameraSource(name: configuration.source.camera.text, request: CameraRequest())
      if library.count(of: TriggerLibrary.rest) == 0, name != TriggerLibrary.rest {
        try look(camera, stage, stop, "rest your face and look around a little", &rest)
      }
      try look(camera, stage, stop, "show “\(name)”, and move your head a little", &shown)
    }
    if rest.count >= 5, name != TriggerLibrary.rest, library.count(of: TriggerLibrary.rest) == 0 {
      try library.teach(TriggerLibrary.rest, rest)
    }
    try library.teach(name, shown)
  }

  /// Looks at the camera for some seconds, after three to get ready.
  private func look(
    _ camera: CameraSource, _ stage: FaceStage, _ stop: StopSignals, _ words: String,
    _ recording: inout TriggerRecording
  ) throws {
    print("In 3 s: \(words).")
    let clock = ContinuousClock()
    let start = clock.now
    var progress = ProgressLine(total: 100, unit: "%")
    var done = 0
    while true {
      let elapsed = (clock.now - start) / .seconds(1) - 3
      if elapsed >= seconds { break }
      if stop.isRaised { throw CommandFailure("interrupted; nothing was saved") }
      guard case .frame(let frame) = camera.next() else { continue }
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      _ = try stage.process(plane, at: frame.time)
      guard elapsed >= 0, let bank = stage.personal?.triggers else { continue }
      recording.add(bank)
      while Double(done) < elapsed / seconds * 100 {
        progress.advance()
        done += 1
      }
    }
    progress.finish()
  }

  /// Prints what the triggers say until the recording is over or the command is interrupted.
  private func watch(_ stage: FaceStage, _ configuration: Configuration, names: [String]) throws {
    guard !names.isEmpty else { throw CommandFailure("nothing was taught yet; gurn teach NAME") }
    print((["t"] + names).joined(separator: "\t"))
    var next = 0.0
    func tell(_ result: FaceStage.Result) {
      let time = result.filtered.time.seconds
      guard time >= next else { return }
      next = time + 0.2
      let values = result.triggers.values.map { String(format: "%.2f", $0) }
      print(([String(format: "%.2f", time)] + values).joined(separator: "\t"))
    }
    let stop = StopSignals()
    if let source, isRecording {
      return try RecordedFrames.read(source, with: stage, until: stop) { _, result in tell(result) }
    }
    let camera = CameraSource(name: configuration.source.camera.text, request: CameraRequest())
    while !stop.isRaised {
      guard case .frame(let frame) = camera.next() else { continue }
      let plane = LumaPlane(pixels: frame.pixels, width: frame.width, height: frame.height, stride: frame.stride)
      tell(try stage.process(plane, at: frame.time))
    }
  }
}
