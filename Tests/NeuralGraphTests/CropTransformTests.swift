import Foundation
import NeuralGraph
import Testing

@Suite struct CropTransformTests {
  private func isNear(_ a: SIMD2<Float>, _ b: SIMD2<Float>) -> Bool { abs(a.x - b.x) + abs(a.y - b.y) < 1e-3 }

  @Test func anUprightCropSpansItsSide() {
    let crop = CropTransform(centre: [100, 50], side: 40, roll: 0, mirrored: false)
    #expect(isNear(crop.framePoint([-0.5, -0.5]), [80, 30]))
    #expect(isNear(crop.framePoint([0.5, 0.5], aspect: 0.5), [120, 60]))
  }

  @Test func aMirrorSwapsLeftAndRightOnly() {
    let crop = CropTransform(centre: [100, 50], side: 40, roll: 0, mirrored: true)
    #expect(isNear(crop.framePoint([-0.5, -0.5]), [120, 30]))
  }

  @Test func rollTurnsCounterClockwiseInTheImage() {
    let crop = CropTransform(centre: [0, 0], side: 2, roll: .pi / 2, mirrored: false)
    #expect(isNear(crop.framePoint([0.5, 0]), [0, -1]), "right becomes up")
    #expect(isNear(crop.framePoint([0, 0.5]), [1, 0]), "down becomes right")
  }

  @Test func aLandmarkCropFollowsLandmarksSizeAndRoll() {
    let window = CropTransform(centre: [200, 100], side: 100, roll: 0, mirrored: false)
    let landmarks: [Float] = [9, 9, 0.2, -0.4, 0.4, -0.2]
    let crop = LandmarkCrop(landmarks: [1, 2], offset: 0.25, sideFactor: 0.5, mirrored: true)
    let upright = crop.transform(window: window, landmarks: landmarks, correction: (0.3, 0.1, 0, 0))
    #expect(upright.side == 50 && upright.mirrored && upright.roll == 0)
    #expect(isNear(upright.centre, [215, 85 + 12.5]))
    let turned = crop.transform(window: window, landmarks: landmarks, correction: (0, 0, log(2), .pi / 2))
    #expect(abs(turned.side - 100) < 1e-3 && turned.roll == .pi / 2)
    #expect(isNear(turned.centre, [215 + 25, 85]), "the anchor stays, the offset follows the corrected roll")
  }

  @Test func landmarksTurnWithTheWindowTheyWereReadIn() {
    let window = CropTransform(centre: [0, 0], side: 100, roll: .pi / 2, mirrored: false)
    let crop = LandmarkCrop(landmarks: [0], offset: 0, sideFactor: 1, mirrored: false)
    let result = crop.transform(window: window, landmarks: [1, 0], correction: (0, 0, 0, 0))
    #expect(isNear(result.centre, [0, -50]))
  }
}
