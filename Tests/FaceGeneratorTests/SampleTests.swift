import FaceCore
import FaceGenerator
import Foundation
import Testing

/// The assets are not part of the repository: `GURN_ASSETS`, or `../shared/assets` beside the checkout.
private let assetFolder: String? = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let candidates = [ProcessInfo.processInfo.environment["GURN_ASSETS"], root.path + "/shared/assets"].compactMap { $0 }
  let found = candidates.first { FileManager.default.fileExists(atPath: $0 + "/ict_facekit/meta.json") }
  if found == nil { print("skipped: tests of rendered samples; no assets in \(candidates.joined(separator: " or "))") }
  return found
}()

@Suite(.serialized, .enabled(if: assetFolder != nil, "the face generator's assets are not here"))
struct SampleTests {
  private static let assets = Result { try FaceAssets(folder: assetFolder ?? "", rigs: [.ict]) }

  private func maker() throws -> SampleMaker { try SampleMaker(assets: Self.assets.get(), size: 192, seed: 4) }

  @Test func samplesShowWhatTheirLabelsSay() throws {
    let maker = try maker()
    for index in 0..<6 {
      let sample = try maker.sample(index)
      #expect(sample.patch.count == 192 * 192)
      #expect(sample.alpha.count == 64 * 64)
      #expect(sample.landmarks.count == 70)
      #expect(abs(sample.rotation.length - 1) < 1e-4)
      #expect((117...139).contains(sample.window.side))
      #expect(abs(sample.window.roll - sample.rotation.headAngles.roll) < 1e-4)
      // The head covers the window's middle.
      let (x, y) = (Int(sample.window.centre.x / 3), Int(sample.window.centre.y / 3))
      #expect(sample.alpha[y * 64 + x] == 255)
      let eyes = sample.landmarks[42] - sample.landmarks[39]
      #expect(abs(eyes.x) + abs(eyes.y) > 3)
    }
  }

  @Test func smoothSamplesCarryTheSameLabels() throws {
    let plain = try maker().sample(3)
    let smooth = try SampleMaker(assets: Self.assets.get(), size: 192, seed: 4, isSmooth: true).sample(3)
    #expect(smooth.weights == plain.weights)
    #expect(abs(smooth.window.side - plain.window.side) < 0.01)
    for (a, b) in zip(smooth.landmarks, plain.landmarks) { #expect(abs(a.x - b.x) + abs(a.y - b.y) < 0.02) }
    // The same picture, but for its edges.
    let difference = zip(smooth.patch, plain.patch).map { abs(Int($0) - Int($1)) }.reduce(0, +)
    #expect(Double(difference) / Double(plain.patch.count) < 6)
  }

  @Test func drawnSessionsAreWhatTheirPlanSays() throws {
    let plan = SessionPlan(
      name: "a", seed: 11, seconds: 12, leaves: true, skin: 1, glasses: true, light: .side, windowSide: 48)
    let maker = try SessionMaker(assets: Self.assets.get(), width: 160, height: 120, plan: plan)
    #expect(maker.traits.hasGlasses && maker.traits.light == .side)
    #expect(abs(maker.traits.windowSide - 48) < 0.5)
    let (picture, truth) = try maker.frame(1)
    let window = try #require(truth.window)
    #expect(abs(window.side - 48) < 5 && truth.isCertain)
    #expect(picture.width == 160 && picture.height == 120)
    // Out of the frame there is the room alone, on the way no certainty.
    let script = RandomScript(seed: plan.seed, seconds: plan.seconds, leaves: true)
    let times = stride(from: 0, to: 12, by: 0.1)
    let outside = try #require(times.first { script.moment($0).absence == 1 })
    #expect(try maker.frame(outside).truth.window == nil)
    let onTheWay = try #require(times.first { (0.2...0.8).contains(script.moment($0).absence) })
    #expect(try !maker.frame(onTheWay).truth.isCertain)
    let again = try SessionMaker(assets: Self.assets.get(), width: 160, height: 120, plan: plan).frame(1)
    #expect(again.picture.bytes == picture.bytes)
  }

  @Test func theSameIndexRendersTheSame() throws {
    let maker = try maker()
    let first = try maker.sample(5)
    _ = try maker.sample(6)
    #expect(try maker.sample(5).patch == first.patch)
  }

  @Test func severalThreadsMakeTheSameSamples() throws {
    let assets = try Self.assets.get()
    let patches = try [1, 3].map { jobs -> [[UInt8]] in
      var patches: [[UInt8]] = []
      try SampleCrew(assets: assets, size: 192, seed: 4, isSmooth: false, jobs: jobs)
        .run(count: 5) { maker, index in
          try maker.sample(index).patch
        } receive: {
          patches.append($0)
          return true
        }
      return patches
    }
    #expect(patches[0].count == 5 && patches[0] == patches[1])
  }

  @Test func aCrewEndsWhenItsReceiverHasEnough() throws {
    let crew = try SampleCrew(assets: Self.assets.get(), size: 192, seed: 4, isSmooth: false, jobs: 2)
    var count = 0
    try crew.run { _, index in
      index
    } receive: { index in
      #expect(index == count)
      count += 1
      return count < 20
    }
    #expect(count == 20)
    #expect(throws: GeneratorError.badRequest("stop")) {
      try crew.run { _, _ in
        throw GeneratorError.badRequest("stop")
      } receive: {
        true
      }
    }
  }

  @Test func aBlinkShutsOneEyeAndChangesNothingElse() throws {
    let maker = try maker()
    var closed = BlendshapeWeights.neutral
    closed[.eyeBlinkLeft] = 1
    let open = try maker.plainSample(2, weights: .neutral)
    let blink = try maker.plainSample(2, weights: closed)
    func opening(_ sample: FaceSample) -> Float { sample.landmarks[47].y - sample.landmarks[43].y }
    #expect(opening(open) > 3)
    #expect(opening(blink) < 0.35 * opening(open))
    let difference = zip(open.patch, blink.patch).count { abs(Int($0) - Int($1)) > 8 }
    #expect((20...2500).contains(difference), "only the eye's surroundings change: \(difference) pixels")
  }

  @Test func shardsAreReadableByTheirNames() throws {
    let folder = NSTemporaryDirectory() + "shard-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let maker = try maker()
    let shard = try ShardWriter(folder: folder, size: 192, seed: 4, force: false)
    for index in 0..<3 { try shard.append(maker.sample(index)) }
    try shard.append(negative: maker.negative(0))
    try shard.finish()
    let shapes = ["patch": [3, 192, 192], "alpha": [3, 64, 64], "weights": [3, 52], "rotation": [3, 4]]
    for (name, shape) in shapes { #expect(try NPYArray(path: "\(folder)/\(name).npy").shape == shape) }
    #expect(try NPYArray(path: folder + "/landmarks.npy").shape == [3, 70, 2])
    #expect(try NPYArray(path: folder + "/negative.npy").shape == [1, 192, 192])
    #expect(throws: GeneratorError.outputNotEmpty(path: folder)) {
      try ShardWriter(folder: folder, size: 192, seed: 4, force: false)
    }
  }
}

@Suite struct AssetTests {
  @Test func aMissingFolderIsNamed() {
    #expect(throws: GeneratorError.missingAsset(path: "/nowhere")) { try FaceAssets(folder: "/nowhere") }
  }
}
