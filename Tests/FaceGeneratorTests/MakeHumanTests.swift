import FaceCore
import Foundation
import Testing

@testable import FaceGenerator

@Suite struct MakeHumanIdentityTests {
  private let stock: MakeHumanStock = {
    var names: [String] = []
    for race in MakeHumanIdentity.races {
      for sex in ["female", "male"] {
        for age in ["child", "old", "young"] { names.append("macrodetails/\(race)-\(sex)-\(age)") }
      }
    }
    names += (0..<30).flatMap { ["nose/shape\($0)-decr", "nose/shape\($0)-incr"] }
    names += (0..<10).flatMap { ["eyes/l-fold\($0)-up", "eyes/r-fold\($0)-up"] }
    return MakeHumanStock(targets: names + ["asym/asym-jaw-1-l", "asym/asym-jaw-1-r"], skins: [])
  }()

  @Test func facesMixToOneWholeAndDetailsStaySmall() {
    var ages: [String: Int] = [:]
    for index in 0..<300 {
      var random = RandomSource(seed: 8, index: UInt64(index))
      let identity = MakeHumanIdentity(stock, &random)
      let people = identity.weights[..<18].reduce(0, +)
      #expect(abs(people - 1) < 1e-4)
      #expect(identity.weights.allSatisfy { $0 >= 0 })
      let details = identity.weights[18..<98]
      #expect(details.allSatisfy { $0 <= 0.7 })
      #expect((1...20).contains(details.count { $0 > 0 }))
      for shape in 0..<30 { #expect(min(details[18 + 2 * shape], details[19 + 2 * shape]) == 0, "opposites") }
      for fold in 0..<10 { #expect(details[78 + 2 * fold] == details[79 + 2 * fold], "both sides alike") }
      #expect(identity.weights[98...].allSatisfy { $0 <= 0.9 })
      ages[identity.ages.max { $0.value < $1.value }!.key, default: 0] += 1
    }
    #expect((150...210).contains(ages["young", default: 0]))
    #expect((60...120).contains(ages["old", default: 0]))
    #expect((10...60).contains(ages["child", default: 0]))
  }

  @Test func theWarpPassesThroughItsPointsAndKeepsStraightMaps() {
    let points: [SIMD3<Float>] = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1], [2, 0, 1]]
    let shifted = points.map { 2 * $0 + [1, 2, 3] }
    let straight = LandmarkWarp(from: points, to: shifted)([5, -3, 2])
    #expect(abs(straight.x - 11) + abs(straight.y + 4) + abs(straight.z - 7) < 1e-3)
    var bent = shifted
    bent[4] += [0.5, 0, 0]
    let warp = LandmarkWarp(from: points, to: bent)
    for (point, image) in zip(points, bent) {
      let off = warp(point) - image
      #expect((off * off).sum() < 1e-6)
    }
  }

  @Test func aTiltIsFoundFromPoints() {
    var turn = MakeHumanHead.Tilt()
    (turn.cosine, turn.sine) = (cos(0.3), sin(0.3))
    let points: [SIMD3<Float>] = [[0, 1, 2], [3, -1, 0], [1, 4, -2], [0, 0, 5]]
    let found = MakeHumanHead.Tilt(from: points, to: points.map { turn($0) + [1, -7, 2] })
    #expect(abs(found.cosine - turn.cosine) + abs(found.sine - turn.sine) < 1e-5)
  }
}

private let assetFolder: String? = {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  let candidates = [ProcessInfo.processInfo.environment["GURN_ASSETS"], root.path + "/shared/assets"].compactMap { $0 }
  let found = candidates.first { FileManager.default.fileExists(atPath: $0 + "/makehuman_cc0/manifest.json") }
  if found == nil { print("skipped: tests of the MakeHuman rig; no assets in \(candidates.joined(separator: " or "))") }
  return found
}()

@Suite(.serialized, .enabled(if: assetFolder != nil, "MakeHuman's assets are not here"))
struct MakeHumanRigTests {
  private static let assets = Result { try FaceAssets(folder: assetFolder ?? "") }

  private func rigs() throws -> (ict: FaceRig, makeHuman: MakeHumanAssets) {
    let assets = try Self.assets.get()
    return (assets.rig, try #require(assets.makeHuman))
  }

  private func place(_ face: [Float], _ index: Int) -> SIMD3<Float> {
    [face[3 * index], face[3 * index + 1], face[3 * index + 2]]
  }

  private func landmarks(_ rig: FaceRig, _ weights: [Blendshape: Float] = [:]) -> [SIMD3<Float>] {
    var list = BlendshapeWeights.neutral
    for (channel, weight) in weights { list[channel] = weight }
    let face = rig.bend(rig.neutralFace(identity: []), weights: list)
    return rig.landmarks.map { place(face, $0) }
  }

  @Test func bothRigsLookTheSameWay() throws {
    let (ict, second) = try rigs()
    let (a, b) = (landmarks(second.rig), landmarks(ict))
    let chosen = Array(0...16) + Array(27...67)
    let tilt = MakeHumanHead.Tilt(from: chosen.map { a[$0] }, to: chosen.map { b[$0] })
    #expect(abs(tilt.sine) < 0.01)
    let off = chosen.map { index -> Float in
      let d = a[index] - b[index]
      return (d * d).sum().squareRoot()
    }
    #expect(off.reduce(0, +) / Float(off.count) < 0.7, "centimetres between landmarks")
    // Left and right have not been mixed up.
    for index in [36, 48, 0, 17, 31, 60] { #expect(a[index].x < -0.5 && b[index].x < -0.5) }
    #expect(abs(FaceMeasure(landmarks: a).height / FaceMeasure(landmarks: b).height - 1) < 0.1)
  }

  @Test func lidsMeetOnEveryFaceAndLipsPart() throws {
    let second = try rigs().makeHuman
    for index in 0..<12 {
      var random = RandomSource(seed: 2, index: UInt64(index))
      let face = second.rig.neutralFace(identity: MakeHumanIdentity(second.stock, &random).weights)
      var weights = BlendshapeWeights.neutral
      func opening() -> Float {
        let bent = second.rig.bend(face, weights: weights)
        let points = second.rig.landmarks.map { place(bent, $0) }
        return (points[43].y + points[44].y - points[46].y - points[47].y) / 2
      }
      let open = opening()
      weights[.eyeBlinkLeft] = 0.5
      let half = opening()
      weights[.eyeBlinkLeft] = 1
      let closed = opening()
      #expect(open > 0.3 && abs(closed) < 0.2 && half > 0.3 * open && half < 0.6 * open, "\(open) \(half) \(closed)")
      weights[.eyeSquintLeft] = 1
      #expect(abs(opening()) < 0.2, "a squint pushes no lid through the other")
    }
    let (shut, wide) = (landmarks(second.rig), landmarks(second.rig, [.jawOpen: 1]))
    #expect(shut[62].y - shut[66].y < 0.2)
    #expect(wide[62].y - wide[66].y > 2)
  }

  @Test func aQuarterOfTheScenesIsMakeHuman() throws {
    let assets = try Self.assets.get()
    let sampler = FaceSceneSampler(stock: assets.stock)
    var plain = assets.stock
    (plain.makeHuman, plain.makeHumanShare) = (nil, 0)
    let ictOnly = FaceSceneSampler(stock: plain)
    var count = 0
    for index in 0..<400 {
      var (random, again) = (RandomSource(seed: 1, index: UInt64(index)), RandomSource(seed: 1, index: UInt64(index)))
      let scene = sampler.scene(size: 192, &random)
      let other = ictOnly.scene(size: 192, &again)
      #expect(scene.weights == other.weights, "the second rig changes no other draw")
      #expect(random.next() == again.next())
      if scene.person.identity.kind == .makehuman { count += 1 }
    }
    #expect((70...130).contains(count))
  }

  @Test func samplesOfTheRigCarryLabels() throws {
    let folder = try #require(assetFolder)
    let maker = try SampleMaker(
      assets: FaceAssets(folder: folder, rigs: [.makehuman]), size: 192, seed: 4)
    for index in 0..<3 {
      let sample = try maker.sample(index)
      #expect((117...139).contains(sample.window.side))
      let (x, y) = (Int(sample.window.centre.x / 3), Int(sample.window.centre.y / 3))
      #expect(sample.alpha[y * 64 + x] == 255)
      #expect(sample.landmarks.count == 70)
    }
    #expect(try maker.sample(1).patch == maker.sample(1).patch)
  }
}

@Suite struct MissingRigTests {
  @Test func aMissingMakeHumanFolderNamesTheWayOut() {
    let error = GeneratorError.missingAsset(path: "/assets/makehuman_cc0/manifest.json")
    #expect(error.description.contains("--rig ict"))
  }
}
