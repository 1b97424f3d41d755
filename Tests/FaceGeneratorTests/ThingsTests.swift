import FaceCore
import Foundation
import Testing

@testable import FaceGenerator

struct ThingsTests {
  private func length(_ a: SIMD3<Float>) -> Float { (a * a).sum().squareRoot() }

  private let flat = HandMesh(
    origin: [1, 2, 3], along: [0, 1, 0], palm: [0, 0, 1], thumb: [-1, 0, 0], curl: 0, spread: 0)

  @Test func aHandIsAsLongAsAHand() {
    let middle = flat.joints()[1]
    #expect(middle.count == 4)
    #expect((17...21).contains(length(middle[3] - flat.place([0, -6, 0]))))
    // Fingers stretched along the hand's axis.
    for finger in flat.joints().dropLast() { #expect(abs(finger[3].x - finger[0].x) < 1e-4) }
  }

  @Test func theThumbTellsLeftHandsFromRightOnes() {
    let other = HandMesh(origin: [1, 2, 3], along: [0, 1, 0], palm: [0, 0, 1], thumb: [1, 0, 0], curl: 0, spread: 0)
    for (a, b) in zip(flat.joints().flatMap { $0 }, other.joints().flatMap { $0 }) {
      #expect(length((a - [1, 2, 3]) * [-1, 1, 1] - (b - [1, 2, 3])) < 1e-4)
    }
    #expect(flat.joints()[4][2].x < 1)
  }

  @Test func fingersCurlToThePalm() {
    var bent = flat
    bent.curl = 1.2
    for (straight, curled) in zip(flat.joints(), bent.joints()).dropLast() {
      #expect(length(curled[3] - curled[0]) < 0.75 * length(straight[3] - straight[0]))
      // The palm faces +z.
      #expect(curled[3].z > straight[3].z)
    }
  }

  @Test func roundThingsHaveNormalsThatPointOut() {
    var mesh = PropMesh()
    mesh.add(ellipsoid: [0, 0, -50], axes: ([2, 0, 0], [0, 3, 0], [0, 0, 4]), colour: [1, 1, 1])
    mesh.add(tapered: [([0, 0, -50], 2), ([0, 1, -50], 1)], colour: [1, 1, 1])
    #expect(mesh.vertexCount > 100)
    for start in stride(from: 0, to: mesh.vertices.count, by: PropMesh.stride) {
      let v = mesh.vertices[start..<start + 6].map { $0 }
      let (place, normal) = (SIMD3(v[0], v[1], v[2] + 50), SIMD3(v[3], v[4], v[5]))
      #expect((place * normal).sum() > -0.01)
      #expect(abs(length(normal) - 1) < 1e-3)
    }
  }

  @Test func aSeventhOfTheScenesHasAThingAndFewHideTheFace() {
    let all = FaceScene.Thing.Kind.allCases.map(FaceSceneSampler.percent).reduce(0, +)
    #expect((13...15).contains(all))
    let hiding: [FaceScene.Thing.Kind] = [.handOnMouth, .handOnEye, .handWaving, .mask]
    #expect(hiding.map(FaceSceneSampler.percent).reduce(0, +) <= 3)
  }
}
