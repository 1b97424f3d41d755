import FaceCore
import Foundation
import GLES

/// Renders a session: one person who speaks, winks and turns the head before a webcam, with the truth of each frame.
///
/// The person is blended from composite textures, each the mean of four people: nobody can be recognised. One thread.
package final class SessionMaker {
  package let width: Int
  package let height: Int
  private let assets: FaceAssets
  private let renderer: FaceRenderer
  private let script: SessionScript
  private let base: FaceScene
  private let measure: FaceMeasure
  private let focalLength: Float
  /// Rendered at twice the size and averaged.
  private static let oversampling = 2

  /// `seed` chooses the person, the light and the room.
  package init(assets: FaceAssets, width: Int, height: Int, seed: UInt64, script: SessionScript) throws {
    let composites = assets.stock.skins.indices.filter { assets.stock.skins[$0].isComposite }
    guard composites.count > 1 else {
      throw GeneratorError.badRequest("a session needs two composite textures (f_*, m_*), found \(composites.count)")
    }
    self.width = width
    self.height = height
    self.assets = assets
    self.script = script
    renderer = try FaceRenderer(
      assets: assets, context: GLContext(), width: width * Self.oversampling, height: height * Self.oversampling)
    var random = RandomSource(seed: seed)
    base = Self.scene(assets, composites, &random)
    let rig = assets.rig(of: base.person.identity)
    let neutral = rig.neutralFace(identity: base.person.identity.coefficients)
    measure = FaceMeasure(
      landmarks: rig.landmarks.map { SIMD3(neutral[3 * $0], neutral[3 * $0 + 1], neutral[3 * $0 + 2]) })
    // A webcam's 62° across.
    focalLength = Float(width * Self.oversampling) / (2 * tan(31 * .pi / 180))
  }

  /// Renders the moment at `seconds`.
  package func frame(_ seconds: Double) throws -> (picture: Picture, truth: SessionTruth) {
    let moment = script.moment(seconds)
    var scene = base
    scene.weights = moment.weights
    scene.gaze = moment.gaze
    let rotation = Quaternion(yaw: moment.yaw, pitch: moment.pitch, roll: moment.roll)
    // The neck stays, the head turns about it.
    let neck = SIMD3<Float>(moment.shift, -7.5, -50)
    let position = neck + rotation.rotate(measure.anchor - SceneGeometry.neck)
    scene.depth = -position.z
    scene.ray = SIMD2(position.x, position.y) / scene.depth
    scene.facing = (HeadCamera.rayRotation(to: position).conjugate * rotation).normalized
    let (w, h) = (Float(renderer.width), Float(renderer.height))
    scene.windowCentre = SIMD2(w / 2 + focalLength * scene.ray.x, h / 2 - focalLength * scene.ray.y)
    scene.windowSide = 1.75 * measure.height * focalLength / scene.depth
    let geometry = SceneGeometry(scene, rig: assets.rig(of: scene.person.identity))
    let rgba = try renderer.render(scene, geometry)
    var window = geometry.measure.window(geometry.camera)
    window.centre /= Float(Self.oversampling)
    window.side /= Float(Self.oversampling)
    let isInside =
      window.centre.x > 0 && window.centre.x < Float(width) && window.centre.y > 0 && window.centre.y < Float(height)
    let truth = SessionTruth(
      seconds: seconds, weights: scene.weights, rotation: geometry.camera.facingRotation,
      window: isInside ? window : nil)
    return (averaged(rgba), truth)
  }

  private func averaged(_ rgba: [UInt8]) -> Picture {
    let factor = Self.oversampling
    var bytes = [UInt8](repeating: 255, count: width * height * 4)
    rgba.withUnsafeBufferPointer { source in
      for y in 0..<height {
        for x in 0..<width {
          for channel in 0..<3 {
            var sum = factor * factor / 2
            for dy in 0..<factor {
              for dx in 0..<factor {
                sum += Int(source[(((y * factor + dy) * width + x) * factor + dx) * 4 + channel])
              }
            }
            bytes[(y * width + x) * 4 + channel] = UInt8(sum / (factor * factor))
          }
        }
      }
    }
    return Picture(width: width, height: height, bytes: bytes)
  }

  private static func scene(_ assets: FaceAssets, _ composites: [Int], _ random: inout RandomSource) -> FaceScene {
    let sampler = FaceSceneSampler(stock: assets.stock)
    var scene = sampler.scene(size: 288, &random)
    let (first, second) = (random.pick(composites), random.pick(composites))
    let share = random.uniform(0.25, 0.5)
    let skins = assets.stock.skins
    // MakeHuman's faces are nobody's: where only they are wanted, the drawn one stays.
    if assets.stock.makeHumanShare < 1 {
      scene.person.skinLayers = (first, second, share)
      scene.person.skinColour = skins[first].colour * (1 - share) + skins[second].colour * share
      scene.person.identity = .ict(
        (0..<FaceRigFile.identityModes).map { index in
          let (a, b) = (skins[first].identity, skins[second].identity)
          return index < min(a.count, b.count) ? 0.5 * (a[index] + b[index]) : random.normal(0, 0.4)
        })
      scene.person.hairStyle = nil
      scene.person.browStyle = nil
    }
    scene.person.skinGain = [1, 1, 1]
    scene.person.skinContrast = 1
    scene.person.brow = [-0.25, 0.35, 0.011, 0]
    scene.person.creaseDepth = 0.4
    scene.person.reach = .rig
    scene.person.beard = [0, 0, 0, random.uniform(0, 50)]
    scene.person.isBald = false
    scene.person.coverLine = .zero
    scene.person.glasses = nil
    scene.person.hairLine = [random.uniform(9.3, 10), random.uniform(-0.3, -0.1), 1.5, 1.0]
    scene.person.hairColour = [0.035, 0.02, 0.012]
    scene.person.browColour = [0.02, 0.012, 0.008]
    scene.person.longHair = 0
    scene.person.clothColour = pointwiseMin(scene.person.clothColour, [0.3, 0.3, 0.3])
    scene.person.lipTint = [1, 0.85, 0.85]
    scene.person.shine = 0.05
    scene.person.irisColour = [0.07, 0.035, 0.016]
    scene.person.irisSize = [0.46, 0.18, 0.75, 0.45]
    scene.person.mouth = [0.9, 1, 1, 0]
    scene.cheekRaise = 0
    scene.bodyFollow = 0.12
    scene.bodyYaw = 0
    scene.occluders = []
    scene.light.exposure = 1.1
    scene.light.harmonics = scene.light.harmonics.map {
      $0 * (0.55 / max(0.05, scene.light.harmonics[0].sum() / 3 * 0.2821))
    }
    scene.light.directions = [SIMD3(-0.6, 0.5, 0.7).unit, SIMD3(0.8, 0.1, 0.4).unit]
    scene.light.colours = [[0.55, 0.52, 0.47], [0.12, 0.13, 0.16]]
    scene.background.panorama = scene.light.panorama
    scene.background.pitch = 0
    scene.background.tangent = 0.6
    scene.background.blurLevel = 2.4
    scene.background.gain = 0.8
    return scene
  }
}
