import CGLES3

/// The fixed-function switches of a draw.
package struct DrawState: Equatable, Sendable {
  /// How a fragment's colour meets the target's.
  package enum Blend: Sendable {
    case none
    /// source × source alpha + target × (1 − source alpha).
    case alpha
    /// source + target.
    case additive
  }

  /// Which triangles are left out by the sense of their corners.
  package enum Cull: Sendable {
    case none
    /// Hides triangles whose corners run clockwise in the image.
    case back
    /// Hides those that run counter-clockwise.
    case front
  }

  /// Whether a fragment must be nearer than what is there (less or equal).
  package var depthTest: Bool
  /// Turns the test round: a fragment must be farther than what is there.
  package var depthFarther: Bool
  /// Whether fragments that pass leave their depth.
  package var depthWrite: Bool
  /// How colours are mixed.
  package var blend: Blend
  /// Which triangles are left out.
  package var cull: Cull

  /// By default everything is off, as tensor passes want it.
  package init(
    depthTest: Bool = false, depthFarther: Bool = false, depthWrite: Bool = false, blend: Blend = .none,
    cull: Cull = .none
  ) {
    self.depthTest = depthTest
    self.depthFarther = depthFarther
    self.depthWrite = depthWrite
    self.blend = blend
    self.cull = cull
  }
}

extension GLContext {
  /// Sets the switches for the draws that follow.
  package func apply(_ state: DrawState) {
    set(GL_DEPTH_TEST, state.depthTest)
    glDepthFunc(e(state.depthFarther ? GL_GREATER : GL_LEQUAL))
    glDepthMask(GLboolean(state.depthWrite ? GL_TRUE : GL_FALSE))
    set(GL_CULL_FACE, state.cull != .none)
    glCullFace(e(state.cull == .front ? GL_FRONT : GL_BACK))
    set(GL_BLEND, state.blend != .none)
    if state.blend == .alpha {
      glBlendFuncSeparate(e(GL_SRC_ALPHA), e(GL_ONE_MINUS_SRC_ALPHA), e(GL_ONE), e(GL_ONE_MINUS_SRC_ALPHA))
    } else {
      glBlendFunc(e(GL_ONE), e(GL_ONE))
    }
  }

  private func set(_ capability: Int32, _ on: Bool) {
    if on { glEnable(e(capability)) } else { glDisable(e(capability)) }
  }
}
