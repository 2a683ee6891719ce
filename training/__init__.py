"""How the models of `pipeline.understanding` are made: `bin/train FOLDER...` builds every one of them anew."""
