import FaceCore
import Foundation
import Testing

@testable import FaceGenerator

struct LightTests {
  /// One panorama that is equally bright everywhere.
  private let sampler = FaceSceneSampler(
    stock: .init(skins: [], harmonics: [[SIMD3(repeating: 1)] + Array(repeating: SIMD3<Float>.zero, count: 8)]))

  private func lights(_ kind: FaceSceneSampler.LightKind) -> [FaceScene.Light] {
    (0..<200).map { index in
      var random = RandomSource(seed: 3, index: UInt64(index))
      return sampler.light(kind, &random)
    }
  }

  private func level(_ light: FaceScene.Light) -> Float { (light.harmonics[0] * [0.3, 0.6, 0.1]).sum() * 0.2821 }

  @Test func sideLightIsUpToEightTimesAsBright() {
    let ratios = lights(.side).map { 1 + $0.colours[0].y / level($0) }
    #expect(ratios.allSatisfy { (1.9...9.5).contains($0) })
    #expect(ratios.contains { $0 > 7 })
  }

  @Test func windowsAreBehindAndScreensBelow() {
    for light in lights(.window) {
      #expect(light.directions[0].z < 0)
      #expect(light.surround >= 2)
    }
    for light in lights(.screen) {
      #expect(light.directions[0].y < 0 && light.directions[0].z > 0)
      // Bluer than white.
      #expect(light.colours[0].z > light.colours[0].x)
    }
  }

  @Test func ordinaryLightIsTheMostCommonAndCastsNoShadowWithoutALamp() {
    var random = RandomSource(seed: 4)
    let kinds = (0..<1000).map { _ in sampler.lightKind(&random) }
    #expect(kinds.count { $0 == .even || $0 == .lamp } > 600)
    for kind in FaceSceneSampler.LightKind.allCases { #expect(kinds.contains(kind)) }
    #expect(lights(.even).allSatisfy { $0.shadow.strength == 0 })
    let lamps = lights(.lamp)
    #expect(lamps.contains { $0.shadow.strength > 0.4 })
    #expect(lamps.allSatisfy { $0.colours[0].y >= $0.colours[1].y })
  }

  @Test func aLampSeesWhatIsNearerAsHigher() {
    for direction in [SIMD3<Float>(0, 1, 0), [1, 0.2, 0.3], [0, -0.4, 1]] {
      let centre = SIMD3<Float>(3, -2, -60)
      let view = ShadowView(direction: direction, centre: centre)
      #expect(abs((view.right * view.up).sum()) < 1e-5 && abs((view.up * view.towards).sum()) < 1e-5)
      // Right-handed, so that outward faces run counter-clockwise.
      #expect((cross(view.right, view.up) * view.towards).sum() > 0.999)
      let near = view.seen(centre + direction.unit * ShadowView.halfEdge)
      #expect(abs(near.x) < 1e-5 && abs(near.y) < 1e-5 && abs(near.z - 1) < 1e-5)
      #expect(abs(view.seen(centre + view.right * ShadowView.halfEdge).x - 1) < 1e-5)
    }
  }

  @Test func tapsLieInTheirDisk() {
    let taps = ShadowView.taps(4, radius: 0.1)
    #expect(taps.count == 4 && Set(taps.map(\.x)).count == 4)
    #expect(taps.allSatisfy { ($0 * $0).sum().squareRoot() <= 0.1 })
  }

  @Test func hollowsAreDarkerThanCheeks() {
    var marks = [SIMD3<Float>](repeating: [0, 20, 9], count: 68)
    marks[33] = [0, 0, 11]
    let under = FaceRig.openness([0, -0.45, 10.5], landmarks: marks)
    #expect(under < 0.75)
    #expect(FaceRig.openness([4, -0.5, 9], landmarks: marks) > 0.98)
    #expect(FaceRig.openness([0, -0.45, 2], landmarks: marks) == 1)
  }

  @Test func darkFacesAreExposedFor() {
    var random = RandomSource(seed: 6)
    let stock = FaceSceneSampler.Stock(
      skins: [.init(name: "dark", colour: [0.05, 0.04, 0.03], group: "", identity: [], isComposite: true)],
      harmonics: sampler.stock.harmonics)
    var scene = FaceSceneSampler(stock: stock).scene(size: 288, &random)
    scene.light = lights(.window)[0]
    scene.light.exposure = 0.3
    var brighter = scene
    FaceSceneSampler.expose(&brighter)
    #expect(brighter.light.exposure > 0.6)
    scene.light.exposure = 40
    var same = scene
    FaceSceneSampler.expose(&same)
    #expect(same.light.exposure == 40)
  }
}
