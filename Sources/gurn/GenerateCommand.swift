import ArgumentParser
import FaceCore
import FaceGenerator
import Foundation

/// `gurn generate`: training data from the 3D face generator.
struct GenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate", abstract: "Render labelled faces for training, or contact sheets to look at.")

  @Option(help: "How many samples.") var count = 48
  @Option(help: "How many pictures without a face go into the shard besides.") var negatives = 0
  @Flag(help: "Write samples to standard output without end: batches of --count faces and --negatives others.")
  var stream = false
  @Option(help: "How many threads render shards and streams, each with about 300 MB; by default one a core.")
  var jobs = ProcessInfo.processInfo.activeProcessorCount
  @Option(help: "The seed; the same seed gives the same samples.") var seed: UInt64 = 1
  @Option(help: "The folder for the shard: .npy files and meta.json.") var out: String?
  @Option(help: "The folder that holds ict_facekit, london_faces_ccby, polyhaven_hdri and makehuman_cc0.")
  var assets = "../shared/assets"
  @Option(help: "The head model: ict, makehuman, or both, a quarter of the faces on makehuman.") var rig = Rig.both
  @Option(help: "The patch's edge in pixels, a multiple of 6.") var size = 288
  @Option(help: "Write a contact sheet of samples to this PNG file.") var preview: String?
  @Option(help: "Write a contact sheet of pictures without a face to this PNG file.") var previewNegatives: String?
  @Option(help: "Write one face for each blendshape at full weight to this PNG file.") var previewChannels: String?
  @Option(help: "Render a clip of one person to this MP4 file.") var session: String?
  @Option(help: "Write the truth of each frame of the clip to this CSV file.") var truth: String?
  @Option(help: "How long the clip is.") var seconds = 24.0
  @Option(help: "The clip's width in pixels.") var width = 640
  @Option(help: "The clip's height in pixels.") var height = 480
  @Option(help: "The clip's constant rate factor: 0 best, 51 smallest.") var quality = 25
  @Option(
    help: """
      What the person of --session does: demo; random: a performance, person, light and camera from --seed; turn: as random, \
      but expressions are held while the head turns.
      """)
  var script = Script.demo
  @Option(help: "Render the ten sessions of the accuracy report into this folder, those that are not there yet.")
  var sessionSet: String?
  @Option(help: "Render the three short sessions that ship into this folder.") var shippedSessions: String?
  @Flag(help: "Let the person leave the frame and come back.") var leave = false
  @Flag(help: "Render 1.5 times as large and average: smoother edges, slower.") var smooth = false
  @Flag(help: "Draw landmarks and windows into the contact sheet.") var marks = false
  @Flag(help: "Write into a folder that holds files already.") var force = false

  enum Rig: String, CaseIterable, ExpressibleByArgument {
    case ict, makehuman, both

    var kinds: Set<FaceRigKind> {
      switch self {
      case .ict: [.ict]
      case .makehuman: [.makehuman]
      case .both: Set(FaceRigKind.allCases)
      }
    }
  }

  enum Script: String, ExpressibleByArgument, CaseIterable {
    case demo, random, turn
  }

  private var wantsSamples: Bool { [out, preview, previewChannels, previewNegatives].contains { $0 != nil } }

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count \(count): at least 1 is needed") }
    guard seconds > 0, seconds <= 3600 else {
      throw ValidationError("--seconds \(seconds): more than 0 and at most 3600 is needed")
    }
    guard !leave || script != .random || seconds >= 8 else {
      throw ValidationError("--seconds \(seconds): walking out and in again takes 8 or more")
    }
    guard negatives >= 0 else { throw ValidationError("--negatives \(negatives): 0 or more is needed") }
    guard jobs > 0 else { throw ValidationError("--jobs \(jobs): at least 1 is needed") }
    let makesSessions = [session, sessionSet, shippedSessions].contains { $0 != nil }
    if stream {
      guard isatty(STDOUT_FILENO) == 0 else { throw ValidationError("--stream writes to a pipe, not to a terminal") }
      guard !wantsSamples, !makesSessions else {
        throw ValidationError("--stream goes alone: no --out, --session or --preview")
      }
      return
    }
    guard wantsSamples || makesSessions else {
      throw ValidationError("say what to make: --out DIR, --session FILE.mp4, --session-set DIR or --preview FILE.png")
    }
  }

  func run() throws {
    let assets = try FaceAssets(folder: assets, rigs: rig.kinds)
    if stream { return try writeStream(assets) }
    if let session { try writeSession(assets, session) }
    if let sessionSet { try SessionWriter(assets).writeSet(SessionPlan.report, folder: sessionSet) }
    if let shippedSessions { try SessionWriter(assets).writeSet(SessionPlan.shipped, folder: shippedSessions) }
    if let out { try writeShard(assets, out) }
    guard [preview, previewChannels, previewNegatives].contains(where: { $0 != nil }) else { return }
    let maker = try SampleMaker(assets: assets, size: size, seed: seed, isSmooth: smooth)
    if let previewChannels { try writeChannels(maker, previewChannels) }
    if let preview { try writePreview(maker, preview) }
    if let previewNegatives { try writeNegatives(maker, previewNegatives) }
  }

  private func writeSession(_ assets: FaceAssets, _ path: String) throws {
    let writer = SessionWriter(assets)
    switch script {
    case .demo:
      let maker = try SessionMaker(
        assets: assets, width: width, height: height, seed: seed, script: SessionScript(leaves: leave))
      try writer.write(maker, seconds: seconds, video: path, truth: truth, quality: quality)
    case .random:
      let name = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
      let plan = SessionPlan(name: name, seed: seed, seconds: seconds, leaves: leave)
      let maker = try SessionMaker(assets: assets, width: width, height: height, plan: plan)
      try writer.write(maker, seconds: seconds, video: path, truth: truth, quality: quality, marksDoubt: true)
    case .turn:
      let plan = SessionPlan(name: "turn", seed: seed, seconds: seconds, glasses: false, light: .even)
      let maker = try SessionMaker(assets: assets, width: width, height: height, plan: plan, play: TurnScript())
      try writer.write(maker, seconds: seconds, video: path, truth: truth, quality: quality)
    }
  }

  private func writePreview(_ maker: SampleMaker, _ path: String) throws {
    var sheet = ContactSheet(columns: min(count, 8), cell: size)
    for index in 0..<count { sheet.append(try maker.sample(index), isMarked: marks) }
    try PictureFile.writePNG(sheet.picture(), path: path)
  }

  private func writeNegatives(_ maker: SampleMaker, _ path: String) throws {
    var sheet = ContactSheet(columns: 12, cell: SampleMaker.negativeSize)
    for index in 0..<count { sheet.append(try maker.negative(index)) }
    try PictureFile.writePNG(sheet.picture(), path: path)
  }

  private func writeChannels(_ maker: SampleMaker, _ path: String) throws {
    var sheet = ContactSheet(columns: 9, cell: size)
    sheet.append(try maker.plainSample(0, weights: .neutral), isMarked: marks)
    for channel in Blendshape.allCases {
      var weights = BlendshapeWeights.neutral
      weights[channel] = 1
      sheet.append(try maker.plainSample(0, weights: weights), isMarked: marks)
    }
    try PictureFile.writePNG(sheet.picture(), path: path)
  }
}
