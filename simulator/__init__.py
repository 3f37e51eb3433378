"""A WeChat on this machine: api.weixin.qq.com as strict as the real one, /sandbox to steer it, and /simulator/ with phones.

`simulator.server.serve(SimulatorConfig(...), port)` serves it; `simulator.server.Running(config)` does so inside a test.
It knows nothing of the product: it pushes to `push_url` and answers calls, as the platform does.
"""
