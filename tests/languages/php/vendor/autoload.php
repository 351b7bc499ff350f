<?php

// Stands in for the file of Composer: Guzzle is that of the distribution.
require_once '/usr/share/php/GuzzleHttp/autoload.php';

spl_autoload_register(function (string $class): void {
    $file = __DIR__ . '/../client/lib/' . str_replace(['Suger\\', '\\'], ['', '/'], $class) . '.php';
    if (is_file($file)) {
        require $file;
    }
});
